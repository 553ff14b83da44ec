"""The composition root: here, and nowhere else, recipes, assets, templates, store, records and stages meet.

``cli/`` says what a person wants; these functions are all it calls.
"""

from castad_cli.app.batch import BatchOrder, cancel_run, make_batch, order_again, plan_batch
from castad_cli.app.cluster import make_cluster_certificates, serve_scheduler, serve_worker
from castad_cli.app.forecast import Forecast, draw_graph, forecast
from castad_cli.app.history import (
    RunReader,
    RunView,
    database_state,
    list_runs,
    prune_runs,
    title,
    upgrade_database,
    watch_run,
)
from castad_cli.app.making import explain_layers, make_contact_sheet, make_still, make_videos, read_moment
from castad_cli.app.reporting import make_report
from castad_cli.app.trying import try_out
from castad_cli.app.work import Checked, Work, check, choose, prepare, together
from castad_cli.run.executors.secrets_by_pipe import take_secrets
from castad_cli.run.far_templates import bring_templates

__all__ = [
    "BatchOrder",
    "Checked",
    "Forecast",
    "RunReader",
    "RunView",
    "Work",
    "bring_templates",
    "cancel_run",
    "check",
    "choose",
    "database_state",
    "draw_graph",
    "explain_layers",
    "forecast",
    "list_runs",
    "make_batch",
    "make_cluster_certificates",
    "make_contact_sheet",
    "make_report",
    "make_still",
    "make_videos",
    "order_again",
    "plan_batch",
    "prepare",
    "prune_runs",
    "read_moment",
    "serve_scheduler",
    "serve_worker",
    "take_secrets",
    "title",
    "together",
    "try_out",
    "upgrade_database",
    "watch_run",
]
