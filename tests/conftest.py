"""What all tests share."""

from hypothesis import settings

# Machines that run tests are busy: how long an example takes says nothing about it.
settings.register_profile("sagwan", deadline=None, print_blob=True)
settings.load_profile("sagwan")
