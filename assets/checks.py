"""Asset checks: the data checks of `pipeline.checks`, put to the warehouse when their table is written."""

import dagster as dg

from assets.tables import asset_key
from assets.workshop import Workshop
from pipeline.checks import CHECKS, Check
from pipeline.release.contents import count


def _asset_check(check: Check) -> dg.AssetChecksDefinition:
    blocking = check.severity == "error"
    severity = dg.AssetCheckSeverity.ERROR if blocking else dg.AssetCheckSeverity.WARN

    @dg.asset_check(
        asset=asset_key(check.table), name=check.name, description=check.description, blocking=blocking
    )
    def passes(workshop: dg.ResourceParam[Workshop]) -> dg.AssetCheckResult:
        broken = count(workshop.warehouse, check.sql)
        return dg.AssetCheckResult(
            passed=bool(broken == 0), severity=severity, metadata={"rows": broken, "query": check.sql}
        )

    return passes


ASSET_CHECKS = [_asset_check(check) for check in CHECKS]
