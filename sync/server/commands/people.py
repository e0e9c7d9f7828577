"""Who works here, in which team, on which devices."""

from __future__ import annotations

from datetime import date

from agent_app.domain.errors import BadInput, Fault
from sync.server import accounts, people
from sync.server.cases import Changes
from sync.server.commands.place import Commands, Options, Place


def add(commands: Commands) -> None:
    users = commands.add_parser("user", help="people").add_subparsers(required=True, metavar="VERB")
    one = users.add_parser("add", help="a new person, or a known one in another team")
    one.set_defaults(run=_user_add)
    one.add_argument("id")
    one.add_argument("--name")
    one.add_argument("--role", choices=accounts.ROLES, default="agent")
    one.add_argument("--team")
    one = users.add_parser("renew", help="credentials, also in cases handed out")
    one.set_defaults(run=_user_renew)
    one.add_argument("ids", nargs="+", metavar="id")
    one.add_argument("--until", type=date.fromisoformat, required=True, help="2027-06-30")
    one.add_argument("--kind", action="append", default=[], help="default: all the office issues")
    one = commands.add_parser("team", help="add a team or change its lead")
    one.set_defaults(run=_team)
    one.add_argument("id")
    one.add_argument("--name")
    one.add_argument("--lead")
    devices = commands.add_parser("device", help="devices and their codes").add_subparsers(
        required=True, metavar="VERB"
    )
    one = devices.add_parser("code", help="a one-time enrolment code")
    one.set_defaults(run=_device_code)
    one.add_argument("user")
    devices.add_parser(
        "list", help="every device, when it was seen, its kind of key (p256: in hardware)"
    ).set_defaults(run=_device_list)
    one = devices.add_parser("revoke", help="a lost or returned device")
    one.set_defaults(run=_device_revoke)
    one.add_argument("id")
    one.add_argument("--wipe", action="store_true", help="order it to destroy what it holds")
    one = devices.add_parser("release", help="let a frozen device push again")
    one.set_defaults(run=_device_release)
    one.add_argument("id")


def _user_add(options: Options, place: Place) -> int:
    office = place.office()
    with office.db() as db, db.writing():
        people.join(office, db, options.id, options.name or options.id, options.role, options.team)
    return 0


def _user_renew(options: Options, place: Place) -> int:
    office, changes = place.office(), Changes()
    with office.db() as db, db.writing():
        for user in options.ids:
            count = people.renew(db, changes, user, options.until, options.kind)
            print(f"{user}\t{options.until}\t{count} cases")
        changes.publish(db, office.now())
    return 0


def _team(options: Options, place: Place) -> int:
    with place.office().db() as db, db.writing():
        if options.lead and not accounts.known(db, options.lead):
            raise BadInput(
                Fault("no such user", value=options.lead, mend="doorstep-server user add")
            )
        accounts.add_team(db, options.id, options.name or options.id, options.lead)
    return 0


def _device_code(options: Options, place: Place) -> int:
    office = place.office()
    with office.db() as db, db.writing():
        print(accounts.new_code(db, options.user, office.now(), office.entropy))
    return 0


def _device_list(options: Options, place: Place) -> int:
    with place.office().db() as db:
        for row in db.rows(
            "SELECT id, user, name, state, seq, seen_at,"
            " substr(event_key, 1, instr(event_key, ':') - 1) FROM devices ORDER BY id"
        ):
            print("\t".join(str(value) for value in row.values()))
    return 0


def _device_revoke(options: Options, place: Place) -> int:
    office = place.office()
    with office.db() as db, db.writing():
        if not accounts.revoke_device(office, db, options.id, wipe=options.wipe):
            raise BadInput(Fault("no such device", value=options.id))
    return 0


def _device_release(options: Options, place: Place) -> int:
    with place.office().db() as db, db.writing():
        if not accounts.release_device(db, options.id):
            raise BadInput(Fault("no such frozen device", value=options.id))
    return 0
