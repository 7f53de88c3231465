"""运行状况: what the system administrator looks at in the morning – the check-up and the backups."""

from dataclasses import dataclass

from flask import abort
from flask_admin import BaseView, expose
from flask_login import current_user

from models import backup
from models.setting import setting, whole_setting
from views.checkup import Level, examine_all

LAMPS = {Level.OK: "green", Level.WARN: "yellow", Level.MISSING: "red"}


@dataclass(frozen=True)
class Line:
    """One backup as it is shown."""

    name: str
    when: str
    size: str
    note: str


class OperationView(BaseView):
    """One page; nothing on it changes anything."""

    def is_visible(self) -> bool:
        """In the menu of who may look at settings."""
        return self.is_accessible()

    def is_accessible(self) -> bool:
        """The system administrator."""
        return bool(current_user.is_authenticated and current_user.may("setting:view"))

    def inaccessible_callback(self, _name: str, **_kwargs: object) -> None:
        """What is not granted does not exist."""
        abort(404)

    @expose("/")
    def index(self) -> str:
        """The check-up as of now, and what lies in the folder of backups."""
        findings = examine_all()
        return self.render(
            "admin/operation.html", findings=[(LAMPS[f.level], f.level.label, f.subject, f.note) for f in findings], backups=_backups(),
            bad=sum(f.level is Level.MISSING for f in findings), folder=str(backup.folder()), at=setting("backup_at"), days=whole_setting("backup_days"),
            weeks=whole_setting("backup_weeks"),
        )


def _backups() -> list[Line]:
    lines = []
    for path, manifest in backup.kept():
        size = f"{path.stat().st_size / 1e6:.1f} MB"
        note = "清单读不出来，请另做一份并查明原因" if manifest is None else (
            f"{len(manifest.tables)}张表{manifest.rows}行，附件{manifest.files}个，留痕{manifest.head[0]}条"
            + (f"，缺附件{len(manifest.absent)}个" if manifest.absent else "") + ("，含密钥" if manifest.with_keys else ""))
        lines.append(Line(path.name, f"{manifest.at:%Y-%m-%d %H:%M}" if manifest else "—", size, note))
    return lines
