"""The first tables."""

import carteiro.hosting.models.mailbox
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(unique=True)),
                ('at', models.DateTimeField()),
                ('actor', models.CharField(max_length=255)),
                ('origin', models.CharField(blank=True, max_length=255)),
                ('on_behalf_of', models.CharField(blank=True, max_length=255)),
                ('action', models.CharField(max_length=16)),
                ('kind', models.CharField(max_length=16)),
                ('object_id', models.BigIntegerField()),
                ('key', models.CharField(db_index=True, max_length=255)),
                ('domain_name', models.CharField(db_index=True, max_length=255)),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='FeedHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(default=0)),
                ('identity', models.CharField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='Transport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain_name', models.CharField(max_length=255, unique=True)),
                ('host', models.CharField(max_length=255)),
                ('port', models.PositiveIntegerField(default=25)),
                ('username', models.CharField(blank=True, max_length=255)),
                ('password', models.CharField(blank=True, max_length=512)),
            ],
        ),
        migrations.CreateModel(
            name='Binned',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=16)),
                ('key', models.CharField(db_index=True, max_length=511)),
                ('domain_name', models.CharField(db_index=True, max_length=255)),
                ('snapshot', models.JSONField()),
                ('removed_at', models.DateTimeField()),
                ('purge_after', models.DateTimeField(db_index=True)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='hosting.binned')),
            ],
        ),
        migrations.CreateModel(
            name='Domain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=255, unique=True)),
                ('kind', models.CharField(choices=[('hosted', 'Hosted'), ('relay', 'Relay'), ('alias', 'Alias')], default='hosted', max_length=8)),
                ('active', models.BooleanField(default=True)),
                ('description', models.CharField(blank=True, max_length=255)),
                ('max_mailboxes', models.PositiveIntegerField(null=True)),
                ('max_aliases', models.PositiveIntegerField(null=True)),
                ('quota', models.PositiveBigIntegerField(null=True)),
                ('max_mailbox_quota', models.PositiveBigIntegerField(null=True)),
                ('default_mailbox_quota', models.PositiveBigIntegerField(null=True)),
                ('recipients', models.CharField(choices=[('list', 'List'), ('verify', 'Verify')], default='list', max_length=8)),
                ('created', models.DateTimeField(default=django.utils.timezone.now)),
                ('modified', models.DateTimeField(auto_now=True)),
                ('target', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='alias_domains', to='hosting.domain')),
            ],
        ),
        migrations.CreateModel(
            name='Alias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=255, unique=True)),
                ('active', models.BooleanField(default=True)),
                ('comment', models.CharField(blank=True, max_length=255)),
                ('created', models.DateTimeField(default=django.utils.timezone.now)),
                ('modified', models.DateTimeField(auto_now=True)),
                ('domain', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='hosting.domain')),
            ],
        ),
        migrations.CreateModel(
            name='Admin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=255, unique=True)),
                ('password', models.CharField(max_length=512)),
                ('superadmin', models.BooleanField(default=False)),
                ('active', models.BooleanField(default=True)),
                ('created', models.DateTimeField(default=django.utils.timezone.now)),
                ('modified', models.DateTimeField(auto_now=True)),
                ('domains', models.ManyToManyField(related_name='admins', to='hosting.domain')),
            ],
        ),
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=255, unique=True)),
                ('name', models.CharField(blank=True, max_length=255)),
                ('password', models.CharField(max_length=512)),
                ('active', models.BooleanField(default=True)),
                ('quota', models.PositiveBigIntegerField(default=0)),
                ('quota_messages', models.PositiveIntegerField(default=0)),
                ('imap', models.BooleanField(default=True)),
                ('pop3', models.BooleanField(default=True)),
                ('smtp', models.BooleanField(default=True)),
                ('sieve', models.BooleanField(default=True)),
                ('home', models.CharField(default=carteiro.hosting.models.mailbox.new_home, max_length=32, unique=True)),
                ('created', models.DateTimeField(default=django.utils.timezone.now)),
                ('modified', models.DateTimeField(auto_now=True)),
                ('domain', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mailboxes', to='hosting.domain')),
            ],
        ),
        migrations.CreateModel(
            name='AppPassword',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(blank=True, max_length=255)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('imap', models.BooleanField(default=False)),
                ('pop3', models.BooleanField(default=False)),
                ('smtp', models.BooleanField(default=False)),
                ('sieve', models.BooleanField(default=False)),
                ('created', models.DateTimeField(default=django.utils.timezone.now)),
                ('mailbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='app_passwords', to='hosting.mailbox')),
            ],
        ),
        migrations.CreateModel(
            name='RelayRecipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=255, unique=True)),
                ('domain', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='relay_recipients', to='hosting.domain')),
            ],
        ),
        migrations.CreateModel(
            name='SenderGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(db_index=True, max_length=255)),
                ('mailbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sender_grants', to='hosting.mailbox')),
            ],
        ),
        migrations.CreateModel(
            name='AliasTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(db_index=True, max_length=255)),
                ('position', models.PositiveIntegerField()),
                ('alias', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='hosting.alias')),
            ],
            options={
                'ordering': ('alias', 'position'),
                'constraints': [models.UniqueConstraint(fields=('alias', 'address'), name='alias_target_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='domain',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'alias'), ('target__isnull', False)), models.Q(models.Q(('kind', 'alias'), _negated=True), ('target', None)), _connector='OR'), name='domain_target_iff_alias'),
        ),
        migrations.AddConstraint(
            model_name='sendergrant',
            constraint=models.UniqueConstraint(fields=('mailbox', 'address'), name='sender_grant_once'),
        ),
    ]
