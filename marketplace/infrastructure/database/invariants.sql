-- What holds whenever one looks, even between the statements of others: one row for each thing
-- that it does not hold for, so none at all is the wanted answer. `settled` marks what may be
-- otherwise for moments, and holds once requests and worker have come to rest.
--
--     psql "$DATABASE_URL" -f invariants.sql

WITH journal AS (
    SELECT offer_id,
        coalesce(sum(quantity) FILTER (WHERE kind NOT IN ('allocated', 'released')), 0) AS on_hand,
        coalesce(sum(quantity) FILTER (WHERE kind IN ('allocated', 'released', 'shipped')), 0)
            AS allocated
    FROM stock_movements
    GROUP BY offer_id
), latest AS (
    SELECT DISTINCT ON (offer_id) offer_id, on_hand, allocated
    FROM stock_movements
    ORDER BY offer_id, number DESC
), held AS (
    -- An order that was given up holds its units until the payment is settled too.
    SELECT orders.id AS order_id, order_lines.offer_id,
        sum(order_lines.quantity - order_lines.cancelled - order_lines.shipped) AS quantity
    FROM orders
    JOIN seller_orders ON seller_orders.order_id = orders.id
    JOIN order_lines ON order_lines.seller_order_id = seller_orders.id
    WHERE orders.abandoned_at IS NULL OR EXISTS (
        SELECT FROM payments
        WHERE payments.order_id = orders.id AND payments.status = 'pending'
    )
    GROUP BY orders.id, order_lines.offer_id
), held_by_journal AS (
    SELECT order_id, offer_id, sum(quantity) AS quantity
    FROM stock_movements
    WHERE kind IN ('allocated', 'released', 'shipped')
    GROUP BY order_id, offer_id
), left_by_journal AS (
    SELECT order_id, offer_id,
        -coalesce(sum(quantity) FILTER (WHERE kind = 'shipped'), 0) AS shipped,
        coalesce(sum(quantity) FILTER (WHERE kind = 'returned'), 0) AS returned
    FROM stock_movements
    WHERE kind IN ('shipped', 'returned')
    GROUP BY order_id, offer_id
), sent AS (
    SELECT seller_orders.order_id, order_lines.offer_id,
        sum(order_lines.shipped) AS shipped, sum(order_lines.returned) AS returned
    FROM order_lines JOIN seller_orders ON seller_orders.id = order_lines.seller_order_id
    WHERE order_lines.shipped > 0
    GROUP BY seller_orders.order_id, order_lines.offer_id
), parcels AS (
    SELECT shipment_lines.line_id, sum(quantity) AS shipped,
        coalesce(sum(quantity) FILTER (WHERE shipments.status = 'delivered'), 0) AS delivered,
        coalesce(sum(quantity) FILTER (WHERE shipments.status = 'returned'), 0) AS returned
    FROM shipment_lines JOIN shipments ON shipments.id = shipment_lines.shipment_id
    GROUP BY shipment_lines.line_id
), units AS (
    SELECT order_id, seller_order_id,
        sum(quantity - cancelled) AS wanted, sum(shipped) AS shipped,
        sum(delivered) AS delivered, sum(returned) AS returned
    FROM order_lines JOIN seller_orders ON seller_orders.id = order_lines.seller_order_id
    GROUP BY GROUPING SETS ((order_id), (seller_order_id))
), fulfilled AS (
    SELECT order_id, seller_order_id, CASE
        WHEN wanted = 0 THEN 'cancelled'
        WHEN shipped = 0 THEN 'unfulfilled'
        WHEN shipped < wanted THEN 'partiallyFulfilled'
        WHEN returned = wanted THEN 'returned'
        WHEN delivered + returned = wanted THEN 'delivered'
        ELSE 'fulfilled'
    END AS status
    FROM units
), parts AS (
    SELECT order_id, sum(subtotal) AS subtotal, sum(shipping_price) AS shipping
    FROM seller_orders
    GROUP BY order_id
), lines AS (
    SELECT seller_order_id, sum(total) AS total, bool_and(cancelled = quantity) AS cancelled
    FROM order_lines
    GROUP BY seller_order_id
), paid AS (
    -- By the live payment, else by the last that there was.
    SELECT DISTINCT ON (order_id) order_id,
        CASE
            WHEN status <> 'captured' THEN status
            WHEN refunded_amount = 0 THEN 'paid'
            WHEN refunded_amount < captured_amount THEN 'partiallyRefunded'
            ELSE 'refunded'
        END AS status
    FROM payments
    ORDER BY order_id, status IN ('voided', 'failed'), created_at DESC, id DESC
), ledgers AS (
    -- A refund counts as `refunding` from when it is asked for until it has failed.
    SELECT payment_id, count(*) AS entries, max(position) AS latest,
        coalesce(sum(amount) FILTER (WHERE kind = 'authorization' AND stage = 'request'), 0)
            AS asked,
        coalesce(sum(amount) FILTER (WHERE kind = 'authorization' AND stage = 'success'), 0)
            AS authorized,
        coalesce(sum(amount) FILTER (WHERE kind = 'charge' AND stage = 'success'), 0) AS captured,
        coalesce(sum(amount) FILTER (WHERE kind = 'void' AND stage = 'success'), 0) AS voided,
        coalesce(sum(amount) FILTER (WHERE kind = 'refund' AND stage = 'success'), 0) AS refunded,
        coalesce(sum(amount) FILTER (WHERE kind = 'refund' AND stage = 'request'), 0)
            - coalesce(sum(amount) FILTER (WHERE kind = 'refund' AND stage = 'failure'), 0)
            AS refunding
    FROM payment_events
    GROUP BY payment_id
), unanswered AS (
    SELECT payment_id, min(occurred_at) AS since
    FROM payment_events AS request
    WHERE stage = 'request' AND kind <> 'authorization' AND NOT EXISTS (
        SELECT FROM payment_events AS answer
        WHERE answer.stage <> 'request'
            AND (answer.payment_id, answer.operation_id, answer.kind)
                = (request.payment_id, request.operation_id, request.kind)
    )
    GROUP BY payment_id
), shared_out AS (
    SELECT CAST(share.key AS uuid) AS seller_order_id,
        coalesce(sum(CAST(share.value AS bigint)) FILTER (WHERE kind = 'charge'), 0) AS captured,
        coalesce(sum(CAST(share.value AS bigint)) FILTER (WHERE kind = 'refund'), 0) AS refunded
    FROM payment_events CROSS JOIN LATERAL jsonb_each_text(shares) AS share
    WHERE stage = 'success' AND kind IN ('charge', 'refund')
    GROUP BY share.key
), zones AS (
    SELECT method.id, method.price_currency, zone.place, zone.document
    FROM shipping_methods AS method
    CROSS JOIN LATERAL jsonb_array_elements(method.zones)
        WITH ORDINALITY AS zone (document, place)
), bands AS (
    SELECT zones.id, zones.place, band.number,
        CAST(band.document ->> 'start' AS bigint) AS lower,
        coalesce(CAST(band.document ->> 'end' AS bigint), 9223372036854775807) AS upper
    FROM zones
    CROSS JOIN LATERAL jsonb_array_elements(zones.document -> 'bands')
        WITH ORDINALITY AS band (document, number)
), given_back AS (
    SELECT CAST(line.key AS uuid) AS line_id, sum(CAST(line.value AS integer)) AS units
    FROM payment_events CROSS JOIN LATERAL jsonb_each_text(lines) AS line
    WHERE stage = 'success' AND kind = 'refund'
    GROUP BY line.key
)
SELECT 'on hand and allocated are the sums of the movements' AS invariant, false AS settled,
    CAST(stock.offer_id AS text) AS id,
    concat_ws(' ', stock.on_hand, stock.allocated, 'but', journal.on_hand, journal.allocated)
        AS found
FROM stock_items AS stock LEFT JOIN journal USING (offer_id)
WHERE (stock.on_hand, stock.allocated)
    IS DISTINCT FROM (coalesce(journal.on_hand, 0), coalesce(journal.allocated, 0))

UNION ALL
SELECT 'the latest movement tells the numbers', false, CAST(stock.offer_id AS text),
    concat_ws(' ', stock.on_hand, stock.allocated, 'but', latest.on_hand, latest.allocated)
FROM latest JOIN stock_items AS stock USING (offer_id)
WHERE (stock.on_hand, stock.allocated) <> (latest.on_hand, latest.allocated)

UNION ALL
SELECT 'available is not negative', false, CAST(offer_id AS text),
    concat_ws(' ', on_hand, allocated)
FROM stock_items
WHERE allocated < 0 OR on_hand < allocated

UNION ALL
SELECT 'allocated is what open orders hold', false, CAST(coalesce(stock.offer_id, owed.offer_id) AS text),
    concat_ws(' ', coalesce(stock.allocated, 0), 'but', coalesce(owed.quantity, 0))
FROM stock_items AS stock
FULL JOIN (SELECT offer_id, sum(quantity) AS quantity FROM held GROUP BY offer_id) AS owed
    USING (offer_id)
WHERE coalesce(stock.allocated, 0) <> coalesce(owed.quantity, 0)

UNION ALL
SELECT 'each order holds what the journal allocated to it', false,
    CAST(coalesce(held.order_id, told.order_id) AS text),
    concat_ws(' ', coalesce(held.quantity, 0), 'but', coalesce(told.quantity, 0))
FROM held FULL JOIN held_by_journal AS told USING (order_id, offer_id)
WHERE coalesce(held.quantity, 0) <> coalesce(told.quantity, 0)

UNION ALL
SELECT 'what was shipped and came back is what the journal tells', false,
    CAST(coalesce(sent.order_id, told.order_id) AS text),
    concat_ws(' ', sent.shipped, sent.returned, 'but', told.shipped, told.returned)
FROM sent FULL JOIN left_by_journal AS told USING (order_id, offer_id)
WHERE (coalesce(sent.shipped, 0), coalesce(sent.returned, 0))
    <> (coalesce(told.shipped, 0), coalesce(told.returned, 0))

UNION ALL
SELECT 'units of a line are in its shipments', false,
    CAST(coalesce(line.id, parcels.line_id) AS text),
    concat_ws(' ', line.shipped, line.delivered, line.returned,
        'but', parcels.shipped, parcels.delivered, parcels.returned)
FROM order_lines AS line FULL JOIN parcels ON parcels.line_id = line.id
WHERE (line.shipped, line.delivered, line.returned) IS DISTINCT FROM (
    coalesce(parcels.shipped, 0), coalesce(parcels.delivered, 0), coalesce(parcels.returned, 0)
)

UNION ALL
SELECT 'the fulfilment of an order follows from its units', false, CAST(orders.id AS text),
    concat_ws(' ', orders.fulfilment_status, 'but', fulfilled.status)
FROM orders JOIN fulfilled ON fulfilled.order_id = orders.id
WHERE orders.fulfilment_status <> fulfilled.status

UNION ALL
SELECT 'the fulfilment of a seller order follows from its units', false, CAST(part.id AS text),
    concat_ws(' ', part.fulfilment_status, 'but', fulfilled.status)
FROM seller_orders AS part JOIN fulfilled ON fulfilled.seller_order_id = part.id
WHERE part.fulfilment_status <> fulfilled.status

UNION ALL
SELECT 'no shipment has units of another seller order', false, CAST(shipments.id AS text),
    CAST(shipment_lines.line_id AS text)
FROM shipments
JOIN shipment_lines ON shipment_lines.shipment_id = shipments.id
JOIN order_lines ON order_lines.id = shipment_lines.line_id
JOIN seller_orders ON seller_orders.id = shipments.seller_order_id
WHERE order_lines.seller_order_id <> shipments.seller_order_id
    OR (seller_orders.order_id, seller_orders.seller_id)
        <> (shipments.order_id, shipments.seller_id)

UNION ALL
SELECT 'no value is in two bands of a zone', false, CAST(one.id AS text),
    concat_ws(' ', one.place, one.lower, one.upper, 'and', other.lower, other.upper)
FROM bands AS one
JOIN bands AS other ON (other.id, other.place) = (one.id, one.place) AND other.number > one.number
WHERE one.lower < other.upper AND other.lower < one.upper

UNION ALL
SELECT 'a zone has either a price or bands', false, CAST(id AS text), CAST(document AS text)
FROM zones
WHERE (document -> 'price' = 'null') = (jsonb_array_length(document -> 'bands') = 0)
    OR (document -> 'basis' = 'null') <> (jsonb_array_length(document -> 'bands') = 0)

UNION ALL
SELECT DISTINCT 'a zone is priced in the currency of its method', false, CAST(zones.id AS text),
    CAST(price.document AS text)
FROM zones
CROSS JOIN LATERAL jsonb_path_query(zones.document, '$.**.currency') AS price (document)
WHERE price.document #>> '{}' <> zones.price_currency

UNION ALL
SELECT 'an order is the sum of its seller orders', false, CAST(orders.id AS text),
    concat_ws(' ', orders.subtotal, orders.shipping_total, 'but', parts.subtotal, parts.shipping)
FROM orders LEFT JOIN parts ON parts.order_id = orders.id
WHERE (orders.subtotal, orders.shipping_total) IS DISTINCT FROM (parts.subtotal, parts.shipping)

UNION ALL
SELECT 'the total of an order adds up', false, CAST(id AS text), CAST(total AS text)
FROM orders
WHERE total <> subtotal + shipping_total - discount_total
    + CASE WHEN prices_include_tax THEN 0 ELSE tax_total END

UNION ALL
SELECT 'a seller order is the sum of its lines', false, CAST(part.id AS text),
    concat_ws(' ', part.subtotal, part.total, 'but', lines.total)
FROM seller_orders AS part LEFT JOIN lines ON lines.seller_order_id = part.id
WHERE (part.subtotal, part.total) IS DISTINCT FROM (lines.total, lines.total + part.shipping_price)

UNION ALL
SELECT 'refunded at most what is captured, captured at most the amount', false, CAST(id AS text),
    concat_ws(' ', amount, captured_amount, refunded_amount)
FROM payments
WHERE captured_amount > amount OR refunded_amount > captured_amount

UNION ALL
SELECT 'a seller order is cancelled with its last unit', false, CAST(part.id AS text), part.status
FROM seller_orders AS part JOIN lines ON lines.seller_order_id = part.id
WHERE (part.status = 'cancelled') <> lines.cancelled

UNION ALL
SELECT 'an order is cancelled with its last seller order', false, CAST(orders.id AS text),
    orders.status
FROM orders
WHERE (orders.status = 'cancelled') = EXISTS (
    SELECT FROM seller_orders
    WHERE seller_orders.order_id = orders.id AND seller_orders.status <> 'cancelled'
)

UNION ALL
SELECT 'an order has at most one live payment', false, CAST(order_id AS text),
    CAST(count(*) AS text)
FROM payments
WHERE status NOT IN ('voided', 'failed')
GROUP BY order_id
HAVING count(*) > 1

UNION ALL
SELECT 'an order says how its payment is', false, CAST(orders.id AS text),
    concat_ws(' ', orders.payment_status, 'but', coalesce(paid.status, 'no payment'))
FROM orders LEFT JOIN paid ON paid.order_id = orders.id
WHERE orders.finalised_at IS NOT NULL AND orders.payment_status IS DISTINCT FROM paid.status

UNION ALL
SELECT 'a payment is the sum of its ledger', false, CAST(payments.id AS text),
    concat_ws(' ', payments.amount, payments.captured_amount, payments.refunded_amount, 'but',
        ledgers.asked, ledgers.captured, ledgers.refunded)
FROM payments LEFT JOIN ledgers ON ledgers.payment_id = payments.id
WHERE (payments.amount, payments.captured_amount, payments.refunded_amount)
    IS DISTINCT FROM (ledgers.asked, ledgers.captured, ledgers.refunded)

UNION ALL
SELECT 'the entries of a ledger are numbered without a gap', false, CAST(payment_id AS text),
    concat_ws(' ', entries, 'but', latest)
FROM ledgers
WHERE entries <> latest

UNION ALL
SELECT 'captured at most what is held, refunded or being so at most what is captured', false,
    CAST(payment_id AS text), concat_ws(' ', authorized, voided, captured, refunding)
FROM ledgers
WHERE captured > authorized - voided OR refunding > captured

UNION ALL
SELECT 'a payment knows since when it waits', false, CAST(payments.id AS text),
    concat_ws(' ', payments.unanswered_since, 'but', unanswered.since)
FROM payments LEFT JOIN unanswered ON unanswered.payment_id = payments.id
WHERE payments.unanswered_since IS DISTINCT FROM unanswered.since

UNION ALL
SELECT 'an entry is the sum of its shares', false, CAST(payment_id AS text),
    CAST(position AS text)
FROM payment_events
WHERE amount <> (
    SELECT coalesce(sum(CAST(value AS bigint)), 0) FROM jsonb_each_text(shares)
)

UNION ALL
SELECT 'a seller order has its shares of the ledger', false, CAST(part.id AS text),
    concat_ws(' ', part.captured_amount, part.refunded_amount, 'but', shared_out.captured,
        shared_out.refunded)
FROM seller_orders AS part FULL JOIN shared_out ON shared_out.seller_order_id = part.id
WHERE (part.captured_amount, part.refunded_amount)
    IS DISTINCT FROM (coalesce(shared_out.captured, 0), coalesce(shared_out.refunded, 0))

UNION ALL
SELECT 'a line has the units that were refunded', false, CAST(line.id AS text),
    concat_ws(' ', line.refunded, 'but', given_back.units)
FROM order_lines AS line FULL JOIN given_back ON given_back.line_id = line.id
WHERE line.refunded IS DISTINCT FROM coalesce(given_back.units, 0)

UNION ALL
SELECT 'no ledger tells of money that the provider did not move', false, charge.key,
    concat_ws(' ', payments.captured_amount, payments.refunded_amount, 'but',
        charge.captured_amount, charge.refunded_amount)
FROM sandbox_charges AS charge JOIN payments ON charge.key = 'payment-' || payments.id
WHERE payments.captured_amount > charge.captured_amount
    OR payments.refunded_amount > charge.refunded_amount

UNION ALL
SELECT 'no money is held or taken without an order', false, CAST(payments.id AS text),
    payments.status
FROM payments LEFT JOIN orders ON orders.id = payments.order_id
WHERE payments.status IN ('authorized', 'captured') AND orders.finalised_at IS NULL

UNION ALL
SELECT 'a key has one effect', false, CAST(makes AS text), CAST(count(*) AS text)
FROM idempotency_keys
GROUP BY makes
HAVING count(*) > 1

UNION ALL
SELECT 'no reservation is held for longer than it may be', true, CAST(orders.id AS text),
    CAST(orders.placed_at AS text)
FROM orders
WHERE orders.finalised_at IS NULL AND (orders.abandoned_at IS NULL OR EXISTS (
    SELECT FROM payments WHERE payments.order_id = orders.id AND payments.status = 'pending'
))

UNION ALL
SELECT 'the provider holds no money without an order', true, charge.key, charge.status
FROM sandbox_charges AS charge
LEFT JOIN payments ON charge.key = 'payment-' || payments.id
WHERE charge.status IN ('authorized', 'captured')
    AND (payments.id IS NULL OR payments.status IN ('pending', 'voided', 'failed'))

UNION ALL
SELECT 'every payment has its answers', true, CAST(id AS text), CAST(unanswered_since AS text)
FROM payments
WHERE unanswered_since IS NOT NULL

UNION ALL
SELECT 'the provider moved what the ledgers tell', true, CAST(payments.id AS text),
    concat_ws(' ', payments.captured_amount, payments.refunded_amount, 'but',
        charge.captured_amount, charge.refunded_amount)
FROM payments LEFT JOIN sandbox_charges AS charge ON charge.key = 'payment-' || payments.id
WHERE payments.provider = 'sandbox' AND CASE
    WHEN payments.status IN ('authorized', 'captured') THEN
        (payments.captured_amount, payments.refunded_amount)
        IS DISTINCT FROM (charge.captured_amount, charge.refunded_amount)
    ELSE charge.captured_amount <> charge.refunded_amount
END

UNION ALL
SELECT 'every event was delivered', true, CAST(id AS text), type
FROM outbox
WHERE delivered_at IS NULL

ORDER BY invariant, id;
