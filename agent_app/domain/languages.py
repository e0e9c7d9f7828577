"""The languages everything a person reads is written in, each by its own name for itself."""

LANGUAGE_NAMES = {"zh_CN": "简体中文", "zh_TW": "繁體中文", "en": "English"}
LANGUAGES = tuple(LANGUAGE_NAMES)
