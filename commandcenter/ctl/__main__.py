"""``python -m commandcenter.ctl`` is ``commandcenterctl``."""

import sys

from commandcenter.ctl import main

sys.exit(main())
