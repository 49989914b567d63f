"""The Page itself: what it is, its figures; and people as it may know them."""

from datetime import datetime, timedelta

from ..clock import from_seconds, iso
from .auth import page_token
from .errors import GraphError
from .routes import page_of, pick, route
from .state import Page, Post, Thread

# Those that still answer, see protocol, section 0.
PAGE_METRICS = {
    "page_follows",
    "page_daily_follows_unique",
    "page_total_media_view_unique",
    "page_media_view",
    "page_post_engagements",
}
POST_METRICS = {
    "post_total_media_view_unique",
    "post_media_view",
    "post_clicks",
    "post_reactions_by_type_total",
    "post_activity",
}
LIKES = 100  # a Page of fewer has no figures
DAYS = timedelta(days=90)


@route("GET", Page)
def read_page(graph, page, call):
    """Its name and figures."""
    values = {
        "id": page.id,
        "name": page.name,
        "link": f"https://www.facebook.example.invalid/{page.id}",
        "followers_count": page.follows,
        "fan_count": page.follows,
        "access_token": page_token(graph, page, call.token).value,
    }
    return pick(values, call, ("name",))


@route("GET", Page, "ratings", "pages_read_user_content")
def read_reviews(graph, page, call):
    """Recommendations, the newest first."""
    found = [
        {
            "created_time": iso(review.created),
            "recommendation_type": "positive" if review.positive else "negative",
            "review_text": review.text,
            "reviewer": {"id": review.author.id, "name": review.author.name},
            "open_graph_story": {"id": review.id},
        }
        for review in reversed(page.reviews)
    ]
    return page_of([pick(review, call) for review in found], call)


@route("GET", Page, "insights", "read_insights")
def read_page_insights(graph, page, call):
    """Figures of the Page in at most 90 days."""
    if page.follows < LIKES:
        return {"data": []}
    since, until = call.text("since"), call.text("until")
    if since and until and _read_day(until) - _read_day(since) > DAYS:
        raise GraphError(100, details="no more than 90 days between since and until")
    return _figures(graph, page.id, call, PAGE_METRICS, {"page_follows": page.follows})


def _read_day(text):
    """:return: time of seconds since 1970, or of an ISO date
    :rtype: datetime
    """
    try:
        return from_seconds(text) if text.isdigit() else datetime.fromisoformat(text)
    except ValueError:
        raise GraphError(100, details="since and until are dates") from None


@route("GET", Post, "insights", "read_insights")
def read_post_insights(graph, post, call):
    """Figures of one post."""
    return _figures(graph, post.id, call, POST_METRICS, post.insights)


def _figures(graph, node_id, call, allowed, values):
    names = call.names("metric")
    if not names or not set(names) <= allowed:
        raise GraphError(100, details="the value must be a valid insights metric")
    period = call.text("period", "day" if allowed is PAGE_METRICS else "lifetime")
    data = []
    for name in names:
        value = {"value": values.get(name, 0)}
        if period != "lifetime":
            value["end_time"] = iso(graph.now)
        data.append(
            {
                "name": name,
                "period": period,
                "values": [value],
                "id": f"{node_id}/insights/{name}/{period}",
            }
        )
    return {"data": data}


@route("GET", Thread, "", "pages_messaging")
def read_profile(graph, thread, call):
    """Name and picture of a person who wrote."""
    if thread.hidden_profile:
        raise GraphError(100, 2018218)
    first, _space, last = thread.name.partition(" ")
    values = {
        "id": thread.psid,
        "name": thread.name,
        "first_name": first,
        "last_name": last,
        "profile_pic": f"{graph.url}/cdn/profile_{thread.psid}?ext=1",
    }
    return pick(values, call, ("first_name", "last_name", "profile_pic"))
