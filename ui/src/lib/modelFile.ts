/** What an `MLmodel` file says: MLflow writes one beside every model. */

export interface SchemaField {
  /** "" where a schema has no names: a tensor, a column of an array. */
  name: string;
  type: string;
  required: boolean;
}

export interface ModelFile {
  flavors: string[];
  /** null where the model has no schema for it. */
  inputs: SchemaField[] | null;
  outputs: SchemaField[] | null;
  params: SchemaField[] | null;
}

type Dict = Record<string, unknown>;

function isDict(value: unknown): value is Dict {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A type of MLflow's schemas in one line: "array of double", "tensor float32 (-1, 4)". */
export function typeText(field: Dict): string {
  const { type, items, properties } = field;
  const tensor = field["tensor-spec"];
  if (isDict(tensor)) {
    const shape = Array.isArray(tensor.shape) ? ` (${tensor.shape.join(", ")})` : "";
    return `tensor ${String(tensor.dtype)}${shape}`;
  }
  if (type === "array" && isDict(items)) return `array of ${typeText(items)}`;
  if (type === "map" && isDict(field.values)) return `map of ${typeText(field.values)}`;
  if (type === "object" && isDict(properties)) {
    const inner = Object.entries(properties).map(
      ([name, one]) => `${name}: ${isDict(one) ? typeText(one) : "?"}`,
    );
    return `{ ${inner.join(", ")} }`;
  }
  return typeof type === "string" ? type : "?";
}

/** A schema: JSON as text inside the YAML. null where there is none that can be understood. */
function schema(text: unknown): SchemaField[] | null {
  if (typeof text !== "string") return null;
  try {
    const fields: unknown = JSON.parse(text);
    if (!Array.isArray(fields)) return null;
    return fields.filter(isDict).map((field) => ({
      name: typeof field.name === "string" ? field.name : "",
      type: typeText(field) + ("default" in field ? ` = ${JSON.stringify(field.default)}` : ""),
      required: field.required !== false,
    }));
  } catch {
    return null;
  }
}

/** Reads an `MLmodel` file; null for a text that is none. */
export async function readModelFile(text: string): Promise<ModelFile | null> {
  // Most pages need no YAML.
  const { parse } = await import("yaml");
  let file: unknown;
  try {
    file = parse(text, { logLevel: "error" });
  } catch {
    return null;
  }
  if (!isDict(file)) return null;
  const signature = isDict(file.signature) ? file.signature : {};
  return {
    flavors: isDict(file.flavors) ? Object.keys(file.flavors) : [],
    inputs: schema(signature.inputs),
    outputs: schema(signature.outputs),
    params: schema(signature.params),
  };
}

/** A schema in one line, for a comparison. */
export function schemaText(fields: SchemaField[] | null): string | null {
  if (fields === null) return null;
  const each = fields.map(({ name, type, required }) => {
    const mark = required ? "" : "?";
    return name === "" ? type : `${name}${mark}: ${type}`;
  });
  return each.join(", ");
}
