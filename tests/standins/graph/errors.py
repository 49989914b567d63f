"""The errors of the Graph: one table of what it says, see protocol of Meta, section 9, and of
WhatsApp, section 8."""

# (code, subcode): (HTTP status, words). Without a subcode: what a code says by itself.
ERRORS = {
    (0, 0): (401, "Authentication Error"),
    (1, 0): (500, "An unknown error occurred"),
    (1, 1357046): (500, "An unknown error occurred"),
    (2, 0): (500, "An unexpected error has occurred. Please retry your request later."),
    (3, 0): (403, "(#3) Application does not have the capability to make this API call."),
    (4, 0): (400, "(#4) Application request limit reached"),
    (10, 0): (403, "(#10) Application does not have permission for this action"),
    (10, 2018278): (400, "(#10) This message is sent outside of allowed window."),
    (10, 2534022): (400, "(#10) This message is sent outside of allowed window."),
    (10, 2018065): (400, "(#10) This message cannot be sent to this person."),
    (10, 2018108): (400, "(#10) This Person Cannot Receive Messages"),
    (10, 1893063): (400, "(#10) This Page is temporarily restricted from sending messages."),
    (17, 0): (400, "(#17) User request limit reached"),
    (32, 0): (400, "(#32) Page request limit reached"),
    (100, 0): (400, "(#100) Invalid parameter"),
    (100, 33): (400, "Unsupported request. Object does not exist or cannot be loaded."),
    (100, 1893061): (400, "(#100) Invalid parameter: this message tag is no longer supported."),
    (100, 2018001): (400, "(#100) No matching user found"),
    (100, 2018047): (400, "(#100) Upload attachment failure."),
    (100, 2018292): (400, "(#100) Invalid comment_id"),
    (190, 0): (401, "Invalid OAuth access token."),
    (190, 458): (400, "Error validating access token: the user has not authorized application."),
    (190, 460): (
        400,
        "Error validating access token: The session has been invalidated because the user "
        "changed their password.",
    ),
    (190, 463): (400, "Error validating access token: Session has expired."),
    (190, 467): (400, "Error validating access token: the access token is no longer valid."),
    (200, 0): (403, "(#200) Requires permission to manage the object"),
    (200, 1545041): (400, "(#200) This person isn't available right now."),
    (230, 0): (403, "(#230) Permission missing"),
    (368, 0): (400, "(#368) The action attempted has been deemed abusive or is disallowed."),
    (551, 1545041): (400, "(#551) This person isn't available right now."),
    (613, 0): (400, "(#613) Calls to this api have exceeded the rate limit."),
    (2635, 0): (400, "(#2635) You are calling a deprecated version of the Ads API."),
    (10900, 0): (400, "(#10900) Activity already replied to"),
    (10903, 0): (400, "(#10903) This user can't reply to this activity"),
    (100, 2018218): (400, "(#100) No profile available for this user."),
    (80001, 0): (400, "(#80001) There have been too many calls to this Page account."),
    (80006, 0): (400, "(#80006) There have been too many messenger api calls from this Page."),
    (80007, 0): (400, "(#80007) There have been too many calls from this WhatsApp account."),
    (130429, 0): (429, "(#130429) Rate limit hit"),
    (130472, 0): (400, "(#130472) User's number is part of an experiment"),
    (130497, 0): (403, "(#130497) Business account is restricted from messaging this country"),
    (131000, 0): (500, "(#131000) Something went wrong"),
    (131005, 0): (403, "(#131005) Access denied"),
    (131008, 0): (400, "(#131008) Required parameter is missing"),
    (131009, 0): (400, "(#131009) Parameter value is not valid"),
    (131016, 0): (500, "(#131016) Service unavailable"),
    (131021, 0): (400, "(#131021) Recipient cannot be sender"),
    (131026, 0): (400, "(#131026) Message undeliverable"),
    (131030, 0): (400, "(#131030) Recipient phone number not in allowed list"),
    (131031, 0): (403, "(#131031) Account has been locked"),
    (131037, 0): (400, "(#131037) Display name approval needed"),
    (131042, 0): (403, "(#131042) Business eligibility payment issue"),
    (131044, 0): (400, "(#131044) Business eligibility: credit line"),
    (131045, 0): (403, "(#131045) Incorrect certificate"),
    (131047, 0): (400, "(#131047) Re-engagement message"),
    (131048, 0): (400, "(#131048) Spam rate limit hit"),
    (131049, 0): (400, "(#131049) Not delivered to maintain healthy ecosystem engagement"),
    (131050, 0): (400, "(#131050) User has stopped marketing messages from this business"),
    (131051, 0): (400, "(#131051) Unsupported message type"),
    (131052, 0): (400, "(#131052) Media download error"),
    (131053, 0): (400, "(#131053) Media upload error"),
    (131056, 0): (400, "(#131056) (Business account, consumer account) pair rate limit hit"),
    (131057, 0): (500, "(#131057) Account in maintenance mode"),
    (131062, 0): (400, "(#131062) Authentication messages need a phone number"),
    (131063, 0): (400, "(#131063) Marketing messages are switched off for this business"),
    (131064, 0): (400, "(#131064) Account limit reached"),
    (132000, 0): (400, "(#132000) Number of parameters does not match the expected number"),
    (132001, 0): (404, "(#132001) Template name does not exist in the translation"),
    (132005, 0): (400, "(#132005) Translated text too long"),
    (132007, 0): (400, "(#132007) Template format character policy violated"),
    (132008, 0): (400, "(#132008) Parameter value is not valid"),
    (132012, 0): (400, "(#132012) Parameter format does not match format in the template"),
    (132018, 0): (400, "(#132018) There's an issue with the parameters in your template"),
    (132015, 0): (400, "(#132015) Template is paused"),
    (132016, 0): (400, "(#132016) Template is disabled"),
    (132068, 0): (400, "(#132068) Flow is blocked"),
    (132069, 0): (400, "(#132069) Flow is throttled"),
    (133016, 0): (400, "(#133016) Account register deregister rate limit exceeded"),
    (135000, 0): (400, "(#135000) Generic user error"),
    (137000, 0): (400, "(#137000) Business account may not send to this recipient"),
}
# first, last code of a range whose codes say all the same
RANGES = [
    (200, 299, (403, "(#200) Requires permission to manage the object")),
    (80000, 80099, (400, "There have been too many calls to this account.")),
]
TRANSIENT = {1, 2, 4, 17, 32, 613, *range(80000, 80100)}
WHATSAPP = range(130000, 138000)


class GraphError(Exception):
    """The Graph refuses a request.

    :param int code: of the table
    :param str details: what exactly is wrong, for WhatsApp in ``error_data``
    """

    def __init__(self, code, subcode=0, details="", status=0):
        self.status, self.message = _find(code, subcode)
        self.status = status or self.status
        self.code, self.subcode, self.details = code, subcode, details
        super().__init__(self.message)

    def body(self, trace):
        """:return: as the Graph writes it

        :param str trace: its own number of the request
        """
        whatsapp = self.code in WHATSAPP
        message = self.message
        if self.details and not whatsapp:
            message = f"{message}: {self.details}"
        error = {"message": message, "type": "OAuthException", "code": self.code}
        if whatsapp:
            details = self.details or message
            error["error_data"] = {"messaging_product": "whatsapp", "details": details}
        if self.subcode:
            error["error_subcode"] = self.subcode
        if self.code in TRANSIENT:
            error["is_transient"] = True
        return {"error": {**error, "fbtrace_id": trace}}

    def status_error(self):
        """:return: as the status of a WhatsApp message tells it"""
        title = self.message.partition(") ")[2] or self.message
        return {
            "code": self.code,
            "title": title,
            "message": title,
            "error_data": {"details": self.details or title},
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        }


def _find(code, subcode):
    """:return: (HTTP status, words); a subcode that is not listed says what its code says
    :raises KeyError: the Graph has no such code
    """
    for first, last, said in RANGES:
        if first <= code <= last and (code, subcode) not in ERRORS:
            return said
    return ERRORS[(code, subcode) if (code, subcode) in ERRORS else (code, 0)]
