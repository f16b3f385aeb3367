// What the organisation can ask for: tables, functions, property keys; and values seen, fetched when they are wanted.

export class Words {
  constructor() {
    this.tables = [];
    this.functions = [];
    this.keys = {};
    this.#index();
    this.samples = new Map();
  }

  /** Read everything, once for all who ask. */
  load() {
    this.loading ??= this.#load().catch(error => {
      this.loading = null;
      throw error;
    });
    return this.loading;
  }

  async #load() {
    const answer = await fetch("/hql/words");
    if (!answer.ok) throw new Error("The schema could not be read.");
    Object.assign(this, await answer.json());
    this.#index();
  }

  #index() {
    this.byName = new Map(this.tables.map(table => [table.name, table]));
    this.columnNames = new Set(this.tables.flatMap(table => table.columns.map(column => column.name)));
    this.functionNames = new Set(this.functions.flatMap(one => [one.name, one.name.toLowerCase()]));
  }

  table(name) {
    return this.byName.get(name);
  }

  isColumn(name) {
    return this.columnNames.has(name);
  }

  /** Also with a combinator at its end: `sumIf`, `uniqArray`, `countOrNull`. */
  isFunction(name) {
    const stem = name.replace(
      /(If|Array|Map|Distinct|OrDefault|OrNull|Resample|State|Merge|ForEach|ArgMin|ArgMax)+$/,
      "",
    );
    return [name, stem, name.toLowerCase()].some(each => this.functionNames.has(each));
  }

  /** Values of a column (of a key of a map column), the most frequent first: `[{value, count}]`. */
  sample(table, column, key = "") {
    const query = new URLSearchParams({ table, column, key }).toString();
    if (!this.samples.has(query)) {
      const asked = fetch(`/hql/sample?${query}`).then(async answer => {
        const body = await answer.json();
        if (!answer.ok) throw new Error(body.error.message);
        return body.values;
      });
      // What failed is asked again the next time.
      asked.catch(() => this.samples.delete(query));
      this.samples.set(query, asked);
    }
    return this.samples.get(query);
  }
}

export const words = new Words();
