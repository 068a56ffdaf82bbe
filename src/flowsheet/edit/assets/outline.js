// Where a place in a YAML text stands: the keys that lead to it, and what is beside it.
//
// A forward scan that never fails: the text is being typed and is broken most of the time. It knows block
// mappings and lists, flow collections over several lines, quotes, comments and block scalars; no anchors.

/** Every key of a text, in order: `path` leads to it and ends with it; `from` to `to` is the key. */
export function outline(text) {
  return scan(text, -1).entries;
}

/** What stands at a position: `path` of the mapping, `role` key or value (then `key`), `from` of the word. */
export function placeAt(text, position) {
  return scan(text, position);
}

const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#&*!|>'"%@`,{}[\]-][^#{}[\],]*?|-[^\s][^#{}[\],]*?)\s*:(?=\s|$)/;

function scan(text, position) {
  const entries = [];
  const frames = [];  // block mappings and lists that are open: column, key or item
  let place = null;
  let scalar = -1;  // indentation below which a block scalar ends
  let flow = null;
  let offset = 0;
  for (const line of text.split("\n")) {
    const end = offset + line.length;
    const here = position >= offset && position <= end;
    if (flow) {
      flow = scanFlow(line, offset, 0, flow, entries, here ? position : -1, found => { place = place || found; });
    } else {
      const blank = !line.trim();
      const indent = blank ? line.length : line.length - line.trimStart().length;
      if (scalar >= 0 && (blank || indent > scalar)) {
        if (here && !blank) place = {role: "text", path: [], from: position};
      } else {
        scalar = -1;
        if (blank) {
          if (here) place = blankPlace(frames, position - offset, position);
        } else if (line[indent] === "#") {
          if (here) place = {role: "text", path: [], from: position};
        } else {
          [flow, scalar] = scanBlock(line, offset, indent, frames, entries, here ? position : -1, found => { place = place || found; });
        }
      }
    }
    offset = end + 1;
  }
  return {entries, ...(place || {role: "text", path: [], from: position})};
}

const pathOf = frames => frames.map(frame => frame.key);

function blankPlace(frames, column, position) {
  const open = frames.filter(frame => frame.column < column);
  return {role: "key", path: pathOf(open), from: position};
}

/** A line of block style; returns the flow collection that stays open, and a block scalar's indentation. */
function scanBlock(line, offset, indent, frames, entries, position, found) {
  let column = indent;
  while (/^-(\s|$)/.test(line.slice(column))) {
    while (frames.length && (frames.at(-1).column > column || (frames.at(-1).column === column && !frames.at(-1).holds))) {
      if (frames.at(-1).column === column && !frames.at(-1).item) break;
      frames.pop();
    }
    const last = frames.at(-1);
    if (last?.item && last.column === column) last.key = String(Number(last.key) + 1);
    else frames.push({column, key: "0", item: true});
    const rest = line.slice(column + 1);
    column += 1 + (rest.length - rest.trimStart().length);
    if (!rest.trim()) break;
  }
  const match = KEY.exec(line.slice(column));
  while (frames.length && !(frames.at(-1).item && frames.at(-1).column < column) && frames.at(-1).column >= column) frames.pop();
  if (!match) {
    const code = withoutComment(line);
    const bracket = "{[".includes(line[column] ?? " ") && line[column] !== undefined;
    if (bracket) return [openFlow(line, offset, column, frames, entries, position, found), -1];
    if (position >= 0) {
      const inside = position - offset <= code.length || !code.length;
      const item = frames.at(-1)?.item;
      found(inside ? {role: item ? "either" : "key", path: pathOf(frames), from: offset + column} : {role: "text", path: [], from: position});
    }
    return [null, -1];
  }
  const key = unquoted(match[1]);
  const path = [...pathOf(frames), key];
  const from = offset + column;
  const entry = {path, key, from, to: from + match[1].length, value: "", valueFrom: -1};
  entries.push(entry);
  frames.push({column, key, holds: true});
  if (position >= 0 && position <= from + match[1].length) found({role: "key", path: path.slice(0, -1), key, from, whole: entry});
  let start = column + match[0].length;
  while (line[start] === " ") start += 1;
  entry.valueFrom = offset + start;
  const value = line.slice(start);
  if (/^[|>][-+\d]*\s*(#.*)?$/.test(value)) return [null, indent];
  if (value[0] === "{" || value[0] === "[") return [openFlow(line, offset, start, frames, entries, position, found), -1];
  entry.value = unquoted(withoutComment(value).trim());
  if (position >= 0) {
    const inside = position - offset <= start + withoutComment(value).length || !value.length;
    found(inside && position >= from + match[0].length ? {role: "value", path, key, from: Math.min(offset + start, position)} : {role: "text", path: [], from: position});
  }
  return [null, -1];
}

function openFlow(line, offset, start, frames, entries, position, found) {
  const flow = {base: pathOf(frames), stack: []};
  return scanFlow(line, offset, start, flow, entries, position, found);
}

const flowPath = flow => [...flow.base, ...flow.stack.flatMap(level => level.key === null ? [] : [level.key])];

/** A piece of a flow collection; returns it where it stays open, else null. */
function scanFlow(line, offset, start, flow, entries, position, found) {
  let at = start;
  let word = -1;
  let entry = null;
  const role = () => {
    const level = flow.stack.at(-1);
    const from = word >= 0 ? offset + word : position;
    if (!level) return {role: "text", path: [], from: position};
    if (level.list) return {role: "value", path: [...flowPath(flow)], key: flow.base.at(-1), from};
    if (level.key === null) return {role: "key", path: flowPath(flow), from};
    return {role: "value", path: flowPath(flow), key: level.key, from};
  };
  const finish = to => {
    if (entry && word >= 0) entry.value = unquoted(line.slice(word, to).trim());
    entry = null;
    word = -1;
  };
  for (; at <= line.length; at += 1) {
    if (position === offset + at) found(role());
    const letter = line[at];
    if (letter === undefined) break;
    if (letter === "#" && (at === 0 || line[at - 1] === " ")) {
      if (position > offset + at) found({role: "text", path: [], from: position});
      break;
    }
    if (letter === '"' || letter === "'") {
      const close = line.indexOf(letter, at + 1);
      if (word < 0) word = at;
      const next = close < 0 ? line.length : close;
      if (position > offset + at && position <= offset + next) found(role());
      at = next;
      continue;
    }
    if (letter === "{" || letter === "[") {
      finish(at);
      flow.stack.push({list: letter === "[", key: letter === "[" ? "0" : null});
    } else if (letter === "}" || letter === "]") {
      finish(at);
      flow.stack.pop();
      if (!flow.stack.length) {
        if (position > offset + at) found({role: "text", path: [], from: position});
        return null;
      }
    } else if (letter === ",") {
      finish(at);
      const level = flow.stack.at(-1);
      level.key = level.list ? String(Number(level.key) + 1) : null;
    } else if (letter === ":" && (line[at + 1] === " " || line[at + 1] === undefined) && !flow.stack.at(-1).list && flow.stack.at(-1).key === null) {
      const key = word >= 0 ? unquoted(line.slice(word, at).trim()) : "";
      flow.stack.at(-1).key = key;
      entry = {path: flowPath(flow), key, from: offset + Math.max(word, 0), to: offset + at, value: "", valueFrom: offset + at + 1};
      entries.push(entry);
      word = -1;
    } else if (letter !== " " && word < 0) {
      word = at;
    }
  }
  finish(line.length);
  return flow;
}

function withoutComment(text) {
  const match = /(^|\s)#/.exec(text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/g, quoted => "x".repeat(quoted.length)));
  return match ? text.slice(0, match.index) : text;
}

function unquoted(text) {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}
