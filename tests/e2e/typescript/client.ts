// A shop front's main path, typed by the OpenAPI document alone: that it compiles is half the test.

import createClient from "openapi-fetch";

import type { paths } from "./schema";

export interface Shopper {
  baseUrl: string;
  login: string;
  password: string;
  key: string;
  fetch?: (request: Request) => Promise<Response>;
}

export interface Outcome {
  seen: string[];
  pages: number;
  etag: string | null;
  order: { number: string; paymentStatus: string; total: number; location: string | null };
  refusal: { status: number; code: string };
}

function must<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) {
    throw new Error(`${answer.response.status}: ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

export async function shop({ baseUrl, login, password, key, fetch }: Shopper): Promise<Outcome> {
  const client = createClient<paths>({ baseUrl, ...(fetch && { fetch }) });
  const { result: token } = must(
    await client.POST("/api/v1/auth/token", { body: { login, password } }),
  );
  client.use({
    onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${token.access}`);
      return request;
    },
  });

  const seen: string[] = [];
  let pages = 0;
  let next: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = { limit: 2 };
    if (next !== null) query.cursor = next;
    const list = must(await client.GET("/api/v1/products", { params: { query } }));
    seen.push(...list.result.map((product) => product.id));
    next = list.page.next;
    pages += 1;
  } while (next !== null && pages < 3);

  const first = seen[0];
  if (first === undefined) throw new Error("no product in stock");
  const read = await client.GET("/api/v1/products/{product}", {
    params: { path: { product: first } },
  });
  const offer = must(read).result.variants.flatMap((variant) => variant.offers)[0];
  if (offer === undefined) throw new Error("no offer");

  const placed = await client.POST("/api/v1/orders", {
    params: { header: { "Idempotency-Key": key } },
    body: {
      items: [{ offerId: offer.id, quantity: 1 }],
      shippingAddress: {
        name: "Ada Lovelace",
        line1: "Unter den Linden 1",
        city: "Berlin",
        postalCode: "10117",
        country: "DE",
      },
      payment: { method: "sandbox", token: "tok_ok" },
    },
  });
  const order = must(placed).result;

  const missing = await client.GET("/api/v1/orders/{order}", {
    params: { path: { order: "ORD-1999-000001" } },
  });
  if (missing.error === undefined) throw new Error("an order that was never placed was found");

  return {
    seen,
    pages,
    etag: read.response.headers.get("ETag"),
    order: {
      number: order.number,
      paymentStatus: order.paymentStatus,
      total: order.total.amount,
      location: placed.response.headers.get("Location"),
    },
    refusal: { status: missing.response.status, code: missing.error.code },
  };
}
