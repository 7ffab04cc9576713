"""The licences under which the sources may be used, in words for the definitions page."""

OPEN_GOVERNMENT = "Open Government Licence v3.0, Crown copyright"
PUPIL_LEVEL = "pupil-level data, for the trust's own use; never published or passed on"
TRUST = "the trust's own record"
