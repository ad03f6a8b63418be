"""The one row of the feed's head, with the identity of the new database."""

import uuid

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def make_head(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Number 0: nothing has changed yet."""
    apps.get_model("hosting", "FeedHead").objects.create(pk=1, number=0, identity=uuid.uuid4().hex)


class Migration(migrations.Migration):
    """A data migration; going back leaves the row to the table's end."""

    dependencies = [("hosting", "0001_initial")]
    operations = [migrations.RunPython(make_head, migrations.RunPython.noop)]
