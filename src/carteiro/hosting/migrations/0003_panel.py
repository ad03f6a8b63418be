"""What the panel needs: people, rights as data, notices, filters, readings of the machine."""

import carteiro.hosting.models.admin
import carteiro.hosting.models.mailbox
import carteiro.hosting.models.person
import django.db.models.deletion
import django.utils.timezone
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def give_keys(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Each administrator a key of its own."""
    for admin in apps.get_model("hosting", "Admin").objects.all():
        admin.key = carteiro.hosting.models.mailbox.new_home()
        admin.save(update_fields=["key"])


class Migration(migrations.Migration):

    dependencies = [
        ('hosting', '0002_feed_head'),
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('uid', models.CharField(default=carteiro.hosting.models.person.new_uid, max_length=32, unique=True)),
                ('home', models.CharField(max_length=32, null=True, unique=True)),
                ('admin_key', models.CharField(max_length=32, null=True, unique=True)),
                ('recovery_address', models.CharField(blank=True, max_length=255)),
                ('recovery_confirmed', models.DateTimeField(null=True)),
                ('language', models.CharField(blank=True, max_length=16)),
                ('theme', models.CharField(blank=True, max_length=8)),
                ('time_zone', models.CharField(blank=True, max_length=64)),
                ('created', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('setup', 'Setup'), ('recover', 'Recover'), ('confirm', 'Confirm')], max_length=8)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='tickets', to='hosting.person')),
                ('address', models.CharField(blank=True, max_length=255)),
                ('expires', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Broadcast',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('author', models.CharField(max_length=255)),
                ('from_name', models.CharField(blank=True, max_length=255)),
                ('from_address', models.CharField(max_length=255)),
                ('subject', models.CharField(max_length=255)),
                ('text', models.TextField()),
                ('domains', models.JSONField(default=list)),
                ('everywhere', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Sending'), ('stopped', 'Stopped'), ('done', 'Done'), ('failed', 'Failed')], default='waiting', max_length=8)),
                ('total', models.PositiveIntegerField(default=0)),
                ('sent', models.PositiveIntegerField(default=0)),
                ('failed', models.PositiveIntegerField(default=0)),
                ('last', models.BigIntegerField(default=0)),
                ('serving', models.BigIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=500)),
                ('created', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Failures',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=255, unique=True)),
                ('count', models.PositiveIntegerField(default=0)),
                ('last', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Policy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, unique=True)),
                ('value', models.JSONField()),
            ],
        ),
        migrations.AlterField(
            model_name='admin',
            name='password',
            field=models.CharField(blank=True, max_length=512),
        ),
        migrations.AddField(
            model_name='admin',
            name='key',
            field=models.CharField(max_length=32, null=True),
        ),
        migrations.RunPython(give_keys, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='admin',
            name='key',
            field=models.CharField(default=carteiro.hosting.models.mailbox.new_home, max_length=32, unique=True),
        ),
        migrations.AddField(
            model_name='alias',
            name='expires',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='alias',
            name='owner',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='own_aliases', to='hosting.mailbox'),
        ),
        migrations.AddField(
            model_name='domain',
            name='own_aliases',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='domain',
            name='password_days',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='domain',
            name='paused',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='domain',
            name='second_factor',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='domain',
            name='tags',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='must_change_password',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='password_changed',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        # The table is there already: Django made it for the relation between the two.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Delegation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('admin', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations', to='hosting.admin')),
                        ('domain', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations', to='hosting.domain')),
                    ],
                    options={
                        'db_table': 'hosting_admin_domains',
                        'constraints': [models.UniqueConstraint(fields=('admin', 'domain'), name='delegation_once')],
                    },
                ),
                migrations.AlterField(
                    model_name='admin',
                    name='domains',
                    field=models.ManyToManyField(related_name='admins', through='hosting.Delegation', to='hosting.domain'),
                ),
            ],
        ),
        migrations.AddField(
            model_name='delegation',
            name='switches',
            field=models.JSONField(default=carteiro.hosting.models.admin.all_switches),
        ),
        migrations.CreateModel(
            name='ExternalAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('protocol', models.CharField(choices=[('imap', 'Imap'), ('pop3', 'Pop3')], max_length=4)),
                ('host', models.CharField(max_length=255)),
                ('port', models.PositiveIntegerField()),
                ('username', models.CharField(max_length=255)),
                ('sealed', models.TextField()),
                ('folder', models.CharField(default='INBOX', max_length=255)),
                ('keep', models.BooleanField(default=True)),
                ('poll_minutes', models.PositiveIntegerField(default=15)),
                ('active', models.BooleanField(default=True)),
                ('due', models.DateTimeField()),
                ('ran', models.DateTimeField(null=True)),
                ('well', models.BooleanField(null=True)),
                ('result', models.JSONField(default=dict)),
                ('mailbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='external_accounts', to='hosting.mailbox')),
            ],
        ),
        migrations.CreateModel(
            name='FilterRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('name', models.CharField(blank=True, max_length=255)),
                ('active', models.BooleanField(default=True)),
                ('match', models.CharField(choices=[('all', 'All'), ('any', 'Any')], default='all', max_length=3)),
                ('conditions', models.JSONField(default=list)),
                ('actions', models.JSONField(default=list)),
                ('mailbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='filter_rules', to='hosting.mailbox')),
            ],
            options={
                'ordering': ('mailbox', 'position'),
            },
        ),
        migrations.CreateModel(
            name='Login',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('protocol', models.CharField(max_length=8)),
                ('network', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('count', models.PositiveIntegerField(default=1)),
                ('mailbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='logins', to='hosting.mailbox')),
            ],
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('node', models.CharField(blank=True, max_length=255)),
                ('name', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('data', models.JSONField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('node', 'name'), name='reading_once')],
            },
        ),
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('series', models.CharField(max_length=32)),
                ('key', models.CharField(blank=True, max_length=255)),
                ('hour', models.DateTimeField()),
                ('value', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('series', 'key', 'hour'), name='sample_once')],
            },
        ),
        migrations.CreateModel(
            name='Text',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=32)),
                ('language', models.CharField(max_length=16)),
                ('subject', models.CharField(blank=True, max_length=255)),
                ('body', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name', 'language'), name='text_once')],
            },
        ),
        migrations.CreateModel(
            name='Usage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('messages', models.PositiveBigIntegerField(default=0)),
                ('at', models.DateTimeField()),
                ('mailbox', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='usage', to='hosting.mailbox')),
            ],
        ),
        migrations.CreateModel(
            name='Vacation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('active', models.BooleanField(default=False)),
                ('subject', models.CharField(blank=True, max_length=255)),
                ('text', models.TextField(blank=True)),
                ('starts', models.DateTimeField(null=True)),
                ('ends', models.DateTimeField(null=True)),
                ('days', models.PositiveIntegerField(default=7)),
                ('mailbox', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='vacation', to='hosting.mailbox')),
            ],
        ),
        migrations.AddIndex(
            model_name='login',
            index=models.Index(fields=['mailbox', '-at'], name='login_last'),
        ),
        migrations.AddConstraint(
            model_name='login',
            constraint=models.UniqueConstraint(fields=('mailbox', 'protocol', 'network'), name='login_once'),
        ),
        migrations.AddIndex(
            model_name='mailbox',
            index=models.Index(fields=['domain', 'address'], name='mailbox_domain'),
        ),
        migrations.AddIndex(
            model_name='mailbox',
            index=models.Index(fields=['domain', 'quota'], name='mailbox_given'),
        ),
        migrations.AddIndex(
            model_name='mailbox',
            index=models.Index(fields=['modified'], name='mailbox_changed'),
        ),
        migrations.AddIndex(
            model_name='mailbox',
            index=models.Index(fields=['name'], name='mailbox_name'),
        ),
        migrations.AddIndex(
            model_name='mailbox',
            index=models.Index(fields=['quota'], name='mailbox_quota'),
        ),
        migrations.AddIndex(
            model_name='mailbox',
            index=models.Index(fields=['address', 'name'], name='mailbox_search'),
        ),
        migrations.AddIndex(
            model_name='alias',
            index=models.Index(fields=['domain', 'address'], name='alias_domain'),
        ),
        migrations.AddIndex(
            model_name='alias',
            index=models.Index(fields=['expires'], name='alias_expires'),
        ),
        migrations.AddIndex(
            model_name='usage',
            index=models.Index(fields=['size'], name='usage_size'),
        ),
    ]
