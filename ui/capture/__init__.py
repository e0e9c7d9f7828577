"""Microphone, camera and position. Qt's heavy modules are loaded only when one is used."""
