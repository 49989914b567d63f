import { registry } from "@web/core/registry";
import { calendarView } from "@web/views/calendar/calendar_view";

/** A calendar has no button of its own to make something: who has no post yet would not know how. */
registry.category("views").add("bti_post_calendar", {
    ...calendarView,
    buttonTemplate: "bti_messaging.PostCalendarButtons",
});
