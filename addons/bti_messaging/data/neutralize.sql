-- a copy of the database sends nothing and answers nobody
UPDATE bti_channel
   SET state = 'paused'
 WHERE provider != 'log';
UPDATE bti_channel
   SET access_token = NULL,
       app_secret = NULL,
       verify_token = NULL;
UPDATE bti_account
   SET app_secret = NULL,
       verify_token = NULL;
-- what somebody was just connecting
DELETE FROM bti_connect_candidate;
UPDATE bti_connect
   SET token = NULL,
       app_secret = NULL,
       pin = NULL;
