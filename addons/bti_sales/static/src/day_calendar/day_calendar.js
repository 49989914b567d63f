import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { CalendarCommonRenderer } from "@web/views/calendar/calendar_common/calendar_common_renderer";
import { CalendarModel } from "@web/views/calendar/calendar_model";
import { CalendarRenderer } from "@web/views/calendar/calendar_renderer";
import { calendarView } from "@web/views/calendar/calendar_view";

/** Views of FullCalendar that list what a day has, one below the other. */
const LISTS = { day: "dayGridDay", week: "dayGridWeek" };

/**
 * Trucks leave at the same hour: side by side on a scale of hours nobody could read them. A day or
 * a week lists them instead, each with its hour and its whole title.
 */
class DayCalendarCommonRenderer extends CalendarCommonRenderer {
    get options() {
        return {
            ...super.options,
            initialView: LISTS[this.props.model.scale],
            dayMaxEventRows: false,
            eventOrder: "start",
            weekNumbers: false,
        };
    }

    /** Another day keeps the hour, as in a month. */
    fcEventToRecord(event) {
        const result = super.fcEventToRecord(event);
        const { start } = this.props.model.records[event.id] || {};
        if (start) {
            result.start = result.start.set({ hour: start.hour, minute: start.minute });
        }
        return result;
    }
}

class DayCalendarRenderer extends CalendarRenderer {
    static components = {
        ...CalendarRenderer.components,
        day: DayCalendarCommonRenderer,
        week: DayCalendarCommonRenderer,
    };
}

class DayCalendarModel extends CalendarModel {
    /** A phone has room for one day, until its owner chooses another scale. */
    getLocalStorageScale() {
        if (this.env.isSmall && !browser.localStorage.getItem(this.storageKey)) {
            return "day";
        }
        return super.getLocalStorageScale();
    }
}

registry.category("views").add("bti_day_calendar", {
    ...calendarView,
    Model: DayCalendarModel,
    Renderer: DayCalendarRenderer,
});
