"""Every problem code that the API answers with: its status, its title and what to do about it.

The page `/docs/problems` and the OpenAPI document are made from this table. An area adds its own
codes here; `Blueprint.problems` refuses one that is missing.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """`advice` tells a client's programmer what happened and what helps."""

    status: int
    title: str
    advice: str


CODES: dict[str, Code] = {
    "bad_request": Code(400, "Bad request", "The request cannot be read as HTTP for this API."),
    "malformed_json": Code(
        400,
        "Malformed JSON",
        "The body is no JSON text in UTF-8, is nested too deeply, repeats a key or holds NaN.",
    ),
    "malformed_multipart": Code(
        400,
        "Malformed multipart body",
        "It has no boundary, breaks off, has a part without a name or text that is no UTF-8.",
    ),
    "malformed_query": Code(400, "Malformed query string", "The query string is not UTF-8."),
    "malformed_header": Code(400, "Malformed header", "`errors` names the header and its form."),
    "invalid_cursor": Code(
        400, "Invalid cursor", "Use `page.next` or `page.previous` of the same list, unchanged."
    ),
    "idempotency_key_required": Code(
        400, "Idempotency-Key is required", "Send a fresh UUID, and the same one when retrying."
    ),
    "invalid_signature": Code(400, "Invalid signature", "The webhook's signature does not fit."),
    "unauthenticated": Code(401, "Sign in first", "Send `Authorization: Bearer` with a token."),
    "invalid_token": Code(401, "Invalid token", "It is malformed, expired or revoked: sign in."),
    "invalid_credentials": Code(401, "Wrong login or password", "Check both and try again."),
    "token_reused": Code(
        401, "Refresh token reused", "All tokens of this sign-in are revoked: sign in again."
    ),
    "token_expired": Code(401, "Access token expired", "Exchange the refresh token for a pair."),
    "payment_declined": Code(402, "Payment declined", "Nothing was charged and no order exists."),
    "forbidden": Code(403, "Not allowed", "The account lacks the role or the membership."),
    "not_found": Code(404, "Not found", "There is no such path or object, or it is not yours."),
    "method_not_allowed": Code(405, "Method not allowed", "`Allow` lists what the path knows."),
    "not_acceptable": Code(406, "Not acceptable", "The API answers with JSON only."),
    "conflict": Code(409, "Conflict with the current state", "Read the object again."),
    "invalid_transition": Code(
        409, "The state does not allow this", "`allowed` lists the states that can follow."
    ),
    "not_cancellable": Code(
        409, "Cannot be cancelled", "So many units are not open: shipped, or cancelled before."
    ),
    "not_paid": Code(409, "Not paid", "It can be shipped once the payment is authorised."),
    "not_open": Code(
        409, "Not open", "So many units are not left to be shipped: `open` is what is."
    ),
    "too_many_events": Code(
        409, "Too many events", "Tell of a shipment what moves it, and leave the rest out."
    ),
    "payment_in_progress": Code(
        409, "Payment in progress", "Repeat it in a moment, when the provider has answered."
    ),
    "checkout_in_progress": Code(
        409, "Checkout in progress", "Another request orders this cart at this moment."
    ),
    "capture_too_high": Code(409, "More than can be captured", "`most` is what is left."),
    "refund_too_high": Code(409, "More than can be refunded", "`most` is what is left."),
    "amount_or_lines": Code(422, "Amount or lines", "Give one of them, or neither."),
    "email_taken": Code(409, "E-mail address taken", "Sign in, or register another address."),
    "slug_taken": Code(409, "Slug taken", "Choose another slug."),
    "sku_taken": Code(409, "SKU taken", "A SKU is unique within a seller."),
    "offer_exists": Code(
        409, "Offer exists", "Change the offer that the seller has of this variant and condition."
    ),
    "last_variant": Code(409, "The last variant stays", "Archive the product instead."),
    "too_many_variants": Code(409, "Too many variants", "Describe another product."),
    "category_gone": Code(
        409, "Category gone", "Reject the changes: the category that they ask for was removed."
    ),
    "handle_taken": Code(409, "Handle taken", "Another import brought a product of this handle."),
    "already_member": Code(409, "Already a member", "The account has a role in this seller."),
    "last_owner": Code(409, "The last owner stays", "Appoint another owner first."),
    "category_in_use": Code(
        409, "Category in use", "Move or remove its children and products first."
    ),
    "seller_not_approved": Code(
        409, "Seller not approved", "Only approved sellers submit products."
    ),
    "too_many_media": Code(409, "Too many pictures", "Remove one first; `/meta` tells the limit."),
    "too_many_shipping_methods": Code(
        409, "Too many shipping methods", "Change or delete one that the seller has."
    ),
    "out_of_stock": Code(
        409, "Out of stock", "`offers` lists the offers that have too little: order less of them."
    ),
    "too_many_addresses": Code(
        409, "Too many addresses", "An account keeps 100: remove or change one."
    ),
    "cart_empty": Code(409, "Nothing to order", "`/cart` tells what became of what was in it."),
    "no_shipping_method": Code(
        409, "Not shipped there", "`seller` ships it elsewhere, in another currency or otherwise."
    ),
    "cart_full": Code(409, "Cart full", "Remove an item first, or order what is in it."),
    "stock_allocated": Code(
        409, "Stock is allocated", "`allocated` units belong to orders: no fewer can be on hand."
    ),
    "offer_unavailable": Code(
        409, "Not for sale at present", "The product is not published or its seller not approved."
    ),
    "mixed_currencies": Code(409, "Mixed currencies", "Place an order for each currency."),
    "cart_changed": Code(
        409, "The total has changed", "`total` is the new one: show it, then order again."
    ),
    "idempotency_in_flight": Code(
        409, "The first request still runs", "Wait for `Retry-After`, then repeat the request."
    ),
    "stale": Code(412, "The object has changed", "Read it again and send its new ETag."),
    "body_too_large": Code(413, "Body too large", "`/meta` tells the limits."),
    "uri_too_long": Code(414, "Address too long", "Shorten the query string."),
    "unsupported_media_type": Code(
        415, "Unsupported media type", "Send the content type that the operation documents."
    ),
    "invalid_request": Code(
        422, "Invalid request", "`errors` names each field, parameter or header at fault."
    ),
    "unsupported_grant_type": Code(
        400, "Unsupported grant type", "The form takes the grant type password."
    ),
    "unknown_id": Code(422, "Unknown id", "`errors` points at the id that stands for nothing."),
    "unknown_account": Code(422, "Unknown account", "Its owner has to register first."),
    "unknown_seller": Code(422, "Not your seller", "Take one of `sellers` in `/users/me`."),
    "seller_required": Code(422, "Seller required", "Send `sellerId`: you have none or several."),
    "unknown_variant": Code(
        422, "Unknown variant", "Take one of your own product, or of one that is published."
    ),
    "unknown_category": Code(422, "Unknown category", "Take an id of `/categories`."),
    "category_cycle": Code(422, "Category cycle", "A category cannot move below itself."),
    "category_too_deep": Code(422, "Category too deep", "The tree has a limited depth."),
    "duplicate_attribute": Code(422, "Attribute defined twice", "Names are unique."),
    "invalid_attribute": Code(
        422, "Invalid attribute", "The category's `attributes` tell what it accepts."
    ),
    "too_many_attributes": Code(
        422, "Too many attributes", "Those that stay count too: set some to null."
    ),
    "too_many_options": Code(
        422, "Too many options", "Those that stay count too: set some to null."
    ),
    "invalid_barcode": Code(422, "Invalid barcode", "Send a GTIN with its check digit."),
    "invalid_weight": Code(422, "Invalid weight", "Send whole grams, none or more."),
    "invalid_csv": Code(
        422, "Not a file of products", "Send UTF-8 with commas and a header that has `Handle`."
    ),
    "invalid_image": Code(
        422, "Not a picture", "Send an intact JPEG, PNG, WebP, GIF or AVIF, and nothing else in it."
    ),
    "image_too_large": Code(422, "Too many pixels", "Make the picture smaller, and send it again."),
    "invalid_price": Code(422, "Invalid price", "`errors` points at the price at fault."),
    "too_many_entries": Code(
        422, "Too many entries", "Take several shipping methods, or zones with fewer conditions."
    ),
    "price_or_bands": Code(
        422, "Price or bands", "Give a zone one of them; bands go with what their basis measures."
    ),
    "overlapping_bands": Code(
        422, "Bands overlap", "Let a band end where the next one begins: `to` is not in it."
    ),
    "invalid_range": Code(
        422, "Invalid range", "It ends where it begins or before; postal codes differ in length."
    ),
    "invalid_stock": Code(422, "Invalid stock", "Stock is not negative and ends at 2^31-1."),
    "invalid_quantity": Code(
        422, "Invalid quantity", "One unit or more is received, none or more counted."
    ),
    "invalid_event": Code(
        422, "Not an event", "It is signed well, and none of those that the carrier tells."
    ),
    "in_the_future": Code(422, "In the future", "`occurredAt` is an instant that has passed."),
    "reason_required": Code(422, "Reason required", "An adjustment says why it was made."),
    "invalid_value": Code(422, "Value out of range", "It is beyond what can be stored."),
    "invalid_text": Code(422, "Invalid text", "White space alone does not count."),
    "no_variant": Code(422, "No variant", "A product has at least one variant."),
    "options_differ": Code(422, "Options differ", "All variants have the same option names."),
    "duplicate_options": Code(422, "Options not distinct", "Each variant has options of its own."),
    "item_required": Code(422, "Item required", "Name an offerId or a productId."),
    "amount_out_of_range": Code(422, "Amount out of range", "Amounts end at 2^53-1 minor units."),
    "currency_mismatch": Code(422, "Currency mismatch", "Amounts of one currency add up."),
    "unknown_payment_method": Code(
        422, "Unknown payment method", "Take one of `paymentMethods` in `/meta`."
    ),
    "idempotency_mismatch": Code(
        422, "Idempotency-Key used before", "Another request had this key: use a fresh one."
    ),
    "precondition_required": Code(428, "If-Match is required", "Send the ETag that you read."),
    "too_many_attempts": Code(429, "Too many attempts", "Wait for `Retry-After`."),
    "too_many_requests": Code(429, "Too many requests", "Wait for `Retry-After`."),
    "headers_too_large": Code(431, "Headers too large", "Send fewer or shorter headers."),
    "internal_error": Code(500, "Internal error", "Report the `requestId`."),
    "payment_unknown": Code(
        503, "Payment state unknown", "Repeat with the same Idempotency-Key after `Retry-After`."
    ),
    "storage_unavailable": Code(
        503, "Files cannot be kept now", "Wait for `Retry-After`, then repeat."
    ),
    "database_busy": Code(503, "Too much at once", "Wait for `Retry-After`, then repeat."),
    "database_unavailable": Code(
        503, "Temporarily unavailable", "Wait for `Retry-After`, then repeat."
    ),
    "unavailable": Code(503, "Temporarily unavailable", "Wait for `Retry-After`, then repeat."),
}

BY_STATUS = {
    400: "bad_request",
    401: "unauthenticated",
    402: "payment_declined",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    412: "stale",
    413: "body_too_large",
    414: "uri_too_long",
    415: "unsupported_media_type",
    422: "invalid_request",
    428: "precondition_required",
    429: "too_many_requests",
    431: "headers_too_large",
    503: "unavailable",
}
