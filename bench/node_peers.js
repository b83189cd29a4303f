"use strict";
/*
 * One engine of Node in a process of its own: node --expose-gc bench/node_peers.js ENGINE FOLDER [COUNT]
 *
 * FOLDER holds what bench.compare prepared: a template for each engine, and the values of each contract. With COUNT so
 * many contracts are made. Without it each line on stdin asks for one, by its number; the answer is a line with the
 * milliseconds of processor that it took. A second word in the line is the file that the contract is written to.
 */

const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const { promisify } = require("node:util");

const engines = {
  // Rendering the same archive twice is refused by the library, so that a program keeps the bytes of the template.
  docxtemplater(template) {
    const Docxtemplater = require("docxtemplater");
    const PizZip = require("pizzip");
    const bytes = fs.readFileSync(template);
    return async (values) => {
      const made = new Docxtemplater(new PizZip(bytes), { paragraphLoop: true, linebreaks: true });
      made.render(values);
      return made.toBuffer();
    };
  },
  // The library takes the path of a template and nothing else.
  carbone(template) {
    const render = promisify(require("carbone").render);
    return (values) => render(template, values, {});
  },
};

async function main(engine, folder, count) {
  // Carbone makes a folder of its own among the temporary files, as soon as it is loaded.
  process.env.TMPDIR = folder;
  const contract = engines[engine](path.join(folder, `${engine}.docx`));
  const values = (number) => JSON.parse(fs.readFileSync(path.join(folder, `values-${number.padStart(4, "0")}.json`)));
  for (let number = 0; number < Number(count ?? 0); number++) await contract(values(String(number)));
  if (count !== undefined) return;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [number, target] = line.split("\t");
    const read = values(number);
    // As the clock of the Python ways does: what others left behind is collected before it starts.
    global.gc();
    const start = process.cpuUsage();
    const made = await contract(read);
    const spent = process.cpuUsage(start);
    if (target) fs.writeFileSync(target, made);
    process.stdout.write(`${(spent.user + spent.system) / 1000}\n`);
  }
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
