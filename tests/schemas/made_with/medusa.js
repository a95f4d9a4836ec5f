// Runs the migrations of those modules of Medusa that are under the MIT licence, one module after the other:
// `node medusa.js postgres://…`, in a folder with `npm install --ignore-scripts @medusajs/medusa @medusajs/framework pg`.
const fs = require("fs");
const path = require("path");
const { Client } = require("pg");

const base = path.resolve("node_modules/@medusajs");

function migrations(module) {
  const folder = path.join(base, module, "dist/migrations");
  if (!fs.existsSync(folder)) return [];
  const manifest = JSON.parse(fs.readFileSync(path.join(base, module, "package.json")));
  if (manifest.license !== "MIT") return [];
  const files = fs.readdirSync(folder).filter((file) => file.endsWith(".js"));
  const byTime = files.map((file) => [file.match(/\d{14}/)?.[0] ?? "0", file]).sort();
  return byTime.map(([, file]) => path.join(folder, file));
}

(async () => {
  const client = new Client({ connectionString: process.argv[2] });
  await client.connect();
  for (const module of fs.readdirSync(base)) {
    for (const file of migrations(module)) {
      for (const Migration of Object.values(require(file))) {
        if (!Migration.prototype?.up) continue;
        const migration = Object.create(Migration.prototype);
        const queries = [];
        migration.addSql = (sql) => queries.push(sql);
        migration.execute = async (sql) => (await client.query(sql)).rows;
        migration.driver = { config: { get: () => undefined } };
        await migration.up();
        for (const query of queries) await client.query(query.toString());
      }
    }
  }
  await client.end();
})();
