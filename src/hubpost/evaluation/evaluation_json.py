"""An evaluation as one JSON object; every number with its counts, words and query."""

from dataclasses import asdict
from math import isfinite
from typing import Any

from hubpost.evaluation.effect import EffectStudy
from hubpost.evaluation.effect_words import effect_sentence, reasons_words
from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.evaluation.kpis import KpiResult
from hubpost.evaluation.prediction import PredictedActual
from hubpost.evaluation.ranking import StationFunnel
from hubpost.evaluation.statements import say


def evaluation_to_json(evaluation: Evaluation) -> dict[str, Any]:
    """Plain values only; station figures under `stations`, the county's under `county`."""
    period = evaluation.period
    stations: dict[str, dict[str, Any]] = {}
    for r in evaluation.results:
        if r.station_id != COUNTY:
            stations.setdefault(r.station_id, {})[r.kpi.code] = _result(r, evaluation)
    body = {
        "name": evaluation.name,
        "from": period.start.isoformat(),
        "to": period.last_day.isoformat(),
        "labels": list(evaluation.labels),
        "county": {
            r.kpi.code: _result(r, evaluation) for r in evaluation.results if r.station_id == COUNTY
        },
        "stations": stations,
        "findings": [f.as_dict() for f in evaluation.findings],
        "funnels": [_funnel(f) for f in evaluation.funnels],
        "effects": [_effect(e, evaluation) for e in evaluation.effects],
        "predicted": _predicted(evaluation.predicted) if evaluation.predicted else None,
        "running_year": {r.kpi.code: _result(r, evaluation) for r in evaluation.running
                         if r.station_id == COUNTY},
        "open": [asdict(c) for c in evaluation.clocks],
        "inputs": dict(evaluation.checksums),
    }  # fmt: skip
    return {key: _finite(value) for key, value in body.items()}


def _finite(value: Any) -> Any:
    """JSON has no infinity and no "not a number": both become null."""
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_finite(v) for v in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def _result(r: KpiResult, evaluation: Evaluation) -> dict[str, Any]:
    said = {s for f in (r.now, r.change) for s in (f.statement, *f.notes)} - {"ok"}
    return {
        "name_zh": r.kpi.name_zh, "name_en": r.kpi.name_en, "unit": r.kpi.unit,
        "direction": r.kpi.direction, "shown_with": list(r.kpi.shown_with),
        "now": r.now.as_dict(), "last_year": r.last_year.as_dict(),
        "compared_this_year": r.this_year.as_dict(), "change": r.change.as_dict(),
        "p": r.p, "adjusted_p": evaluation.adjusted_p.get((r.kpi.code, r.station_id)),
        "labels": list(r.labels), "query": dict(r.query),
        "says": {code: {"zh": say(code), "en": say(code, "en")} for code in sorted(said)},
    }  # fmt: skip


def _funnel(f: StationFunnel) -> dict[str, Any]:
    return {
        "kpi": f.kpi.code, "unit": f.unit, "target": f.funnel.target, "spread": f.spread,
        "left_out": f.left_out,
        "stations": [
            {
                "id": s, "value": float(f.value[i]), "size": float(f.funnel.size[i]),
                "low_95": float(f.funnel.low_95[i]), "high_95": float(f.funnel.high_95[i]),
                "low_998": float(f.funnel.low_998[i]), "high_998": float(f.funnel.high_998[i]),
                "position": f.position[i],
                "shrunk": None if f.shrunk is None else float(f.shrunk.rate[i]),
            }
            for i, s in enumerate(f.station_ids)
        ],
    }  # fmt: skip


def _effect(e: EffectStudy, evaluation: Evaluation) -> dict[str, Any]:
    names = next(r.kpi for r in evaluation.results if r.kpi.code == e.what)
    step, staggered, control = e.step, e.staggered, e.control
    return {
        "kpi": e.what, "start": e.start.isoformat(),
        "strength": e.strength.grade.value,
        "for": {"zh": reasons_words(e.strength.speaks_for),
                "en": reasons_words(e.strength.speaks_for, "en")},
        "against": {"zh": reasons_words(e.strength.speaks_against),
                    "en": reasons_words(e.strength.speaks_against, "en")},
        "zh": effect_sentence(e, "zh", names.name_zh),
        "en": effect_sentence(e, "en", names.name_en),
        "series": None if step is None else {
            "change": step.change.as_dict(), "p": step.p, "averted": step.averted.as_dict(),
            "trend_a_year": step.trend.as_dict(), "dispersion": step.dispersion,
            "autocorrelation": step.rho, "season_pairs": step.season_pairs,
            "newey_west": step.second_opinion.as_dict() if step.second_opinion else None,
            "months": [m.isoformat() for m in e.series.months],
            "observed": e.series.counts.tolist(), "fitted": step.fitted.tolist(),
            "without_reform": step.counterfactual.tolist(),
        },
        "placebo_dates": None if e.placebo is None else {
            "dates": [d.isoformat() for d in e.placebo.dates], "p": list(e.placebo.p),
            "share_found": e.placebo.share_found,
        },
        "staggered": None if staggered is None else {
            "change": staggered.change.as_dict(), "p": staggered.p,
            "by_month": {str(k): v for k, v in staggered.by_month.items()},
            "left_out": list(staggered.left_out), "placebo_stations_p": e.placebo_stations_p,
        },
        "synthetic_control": None if control is None else {
            "change": control.change, "fit_error": control.fit_error, "p": control.p,
            "least_p": control.least_p,
        },
        "months_needed": {str(k): v for k, v in e.months_needed.items()},
        "refused": list(e.refused),
    }  # fmt: skip


def _predicted(p: PredictedActual) -> dict[str, Any]:
    return {
        "plan": p.source, "labels": list(p.labels), "verdict": p.calibration.verdict,
        "n": p.calibration.n, "p": p.calibration.p,
        "mean_pit": p.calibration.mean_pit.as_dict(),
        "histogram": p.calibration.histogram.tolist(),
        "reliability": {str(k): f.as_dict() for k, f in p.calibration.reliability.items()},
        "stations": {s: {"n": c.n, "verdict": c.verdict} for s, c in p.by_station.items()},
        "figures": {k: f.as_dict() for k, f in p.figures.items()},
        "drift": {
            "weeks": [w.isoformat() for w in p.weeks], "mean_pit": p.weekly.tolist(),
            "alarms": [p.weeks[i].isoformat() for i in p.drift.alarms],
            "false_alarm_every_weeks": p.drift.run_length, "limit": p.drift.h,
        },
    }  # fmt: skip
