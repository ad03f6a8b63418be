"""What a request brought, for whoever asked."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='request',
            name='result',
            field=models.JSONField(null=True),
        ),
    ]
