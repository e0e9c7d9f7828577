"""The vault of one profile: keys made from a passphrase, this device and the server's share."""
