"""From captures to alerts: screen, extract, compare, judge, and write it all in one transaction."""

from monitor.processing.deadlines import Deadlines
from monitor.processing.intake import Intake
from monitor.processing.judgement import Judgement
from monitor.processing.lookout import Lookout
from monitor.processing.plan import Plan

__all__ = ["Deadlines", "Intake", "Judgement", "Lookout", "Plan"]
