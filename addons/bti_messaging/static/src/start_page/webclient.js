import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";
import { WebClient } from "@web/webclient/webclient";

// read before the session is used up
const startMenuId = session.bti_start_menu_id;

/** Who has no home action of his own begins with the menu of his role. */
patch(WebClient.prototype, {
    _loadDefaultApp() {
        const menu = startMenuId && this.menuService.getMenu(startMenuId);
        return menu ? this.menuService.selectMenu(menu) : super._loadDefaultApp();
    },
});
