# Kannel 1.4.5 on the loopback interface, bound to the SMPP centre of smsc.py.
# Names after a dollar sign are filled in by box.py. One blank line ends a group; an unknown key is fatal.

group = core
admin-port = $admin_port
admin-interface = 127.0.0.1
admin-password = $admin_password
admin-deny-ip = "*.*.*.*"
admin-allow-ip = "127.0.0.1"
smsbox-port = $smsbox_port
smsbox-interface = 127.0.0.1
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"
log-file = "$folder/bearerbox.log"
log-level = 1
access-log = "$folder/access.log"
$store
$dlr_storage

group = smsc
smsc = smpp
smsc-id = OPERATOR
host = 127.0.0.1
port = $smsc_port
transceiver-mode = true
smsc-username = "bti"
smsc-password = "bti"
system-type = ""
interface-version = 34
source-addr-autodetect = true
dest-addr-ton = 1
dest-addr-npi = 1
enquire-link-interval = 30
reconnect-delay = 1
throughput = $throughput
# One answer at a time: after a power cut only the SMS that had none yet is handed over again.
max-pending-submits = 1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-interface = 127.0.0.1
sendsms-port = $sendsms_port
global-sender = 3000
log-file = "$folder/smsbox.log"
log-level = 1
mo-recode = true
# Reports and inbound SMS wait for Odoo while it restarts.
http-request-retry = 120
http-queue-delay = 1
http-timeout = 30

# A text of more parts than max-messages is cut off without a word.
group = sendsms-user
username = $user
password = $password
user-deny-ip = "*.*.*.*"
user-allow-ip = "127.0.0.1"
max-messages = 6
concatenation = true

$sms_service
