from odoo.http import request, route

from odoo.addons.bti_messaging.controllers.photos import Photos
from odoo.addons.bti_messaging.controllers.public_page import HEADERS, PAGE


class ProductPhotos(Photos):
    @route("/ph/<string:token>/product/<int:product_id>", methods=["GET"], **PAGE)
    def product_photo(self, token, product_id, **_params):
        """One photo of a page of products.

        :param str token: signed link
        :param int product_id: one of the products of the link
        """
        link, _preview, refusal = self._get_link(token)
        if refusal is not None:
            return self._tell(None, refusal)
        product = link.product_ids.filtered(lambda product: product.id == product_id)
        if link.kind != "show" or not product.image_1024:
            return self._tell(None)
        stream = request.env["ir.binary"].sudo()._get_image_stream_from(product, "image_1024")
        response = stream.get_response(as_attachment=False)
        # the phone may keep a photo for the day, nobody in between
        response.headers.update({**HEADERS, "Cache-Control": "private, max-age=86400"})
        return response
