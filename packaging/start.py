"""Where the frozen application begins."""

import multiprocessing
import sys

from app.__main__ import main

multiprocessing.freeze_support()  # the engines that `otoscribe bench` measures are processes of this program
sys.exit(main())
