/** Starts the page. PLM_DB_URL, PLM_DB_USER and PLM_DB_PASSWORD name the database, PLM_WEB_PORT the port. */

import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";

import { Jobs } from "@tenon/jobs";
import pg from "pg";

import { Conversions } from "./conversions.js";
import { server } from "./server.js";

const environment = process.env;

// The Java processes of the application read the same variable, as a URL of JDBC
const url = new URL((environment["PLM_DB_URL"] ?? "jdbc:postgresql://localhost:5432/plm").replace(/^jdbc:/, ""));
url.username = encodeURIComponent(environment["PLM_DB_USER"] ?? "plm");
url.password = encodeURIComponent(environment["PLM_DB_PASSWORD"] ?? "");

const pool = new pg.Pool({ connectionString: url.href, application_name: "plm web" });
pool.on("error", (error) => console.error(`A connection of the pool broke: ${error.message}`));
const jobs = new Jobs({ database: url.href });
const page = await readFile(new URL("../../page.html", import.meta.url), "utf8");
const web = server(new Conversions(pool, jobs), page);

web.listen(Number(environment["PLM_WEB_PORT"] ?? "8085"), "127.0.0.1", () => {
  console.log(`The page is at http://127.0.0.1:${(web.address() as AddressInfo).port}/`);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    web.close();
    web.closeAllConnections();
    jobs.close();
    void pool.end();
  });
}
