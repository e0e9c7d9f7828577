"""Certificates, PAdES seals and time stamps on papers, and the check of a sealed one."""
