// The text editor: CodeMirror with YAML, completion and hover, and marks where the check finds something.
import {
  Annotation, EditorState, EditorView, HighlightStyle, autocompletion, bracketMatching, closeBrackets, closeBracketsKeymap,
  completionKeymap, defaultKeymap, drawSelection, foldGutter, foldKeymap, highlightActiveLine, highlightActiveLineGutter,
  highlightSpecialChars, history, historyKeymap, hoverTooltip, indentOnInput, indentUnit,
  indentWithTab, keymap, lineNumbers, lintGutter, lintKeymap, rectangularSelection, search, searchKeymap, setDiagnostics,
  syntaxHighlighting, tags, yaml,
} from "./codemirror.min.js";
import {completions, hovers} from "./completion.js";

/** Marks a change that came with its check, and needs no other. */
const answered = Annotation.define();

const colours = HighlightStyle.define([
  {tag: tags.definition(tags.propertyName), color: "#1d4f91", fontWeight: "600"},
  {tag: tags.comment, color: "#64748b", fontStyle: "italic"},
  {tag: tags.string, color: "#7c4a03"},
  {tag: tags.content, color: "#0f172a"},
  {tag: [tags.separator, tags.punctuation, tags.bracket, tags.squareBracket, tags.brace], color: "#64748b"},
  {tag: [tags.labelName, tags.typeName, tags.keyword, tags.meta], color: "#6d28d9"},
]);

export class Editor {
  /** `changed` is called when the user changes the text, `saved` on Ctrl+S, `moved` with the cursor's place. */
  constructor(parent, knowledge, text, {changed, saved, moved}) {
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(), foldGutter(), lintGutter(), highlightActiveLine(), highlightActiveLineGutter(), highlightSpecialChars(),
          history({joinToEvent: (change, adjacent) => adjacent || change.isUserEvent("slide")}), drawSelection(), rectangularSelection(), indentOnInput(), indentUnit.of("  "), bracketMatching(), closeBrackets(),
          search({top: true}), yaml(), syntaxHighlighting(colours),
          autocompletion({override: [completions(knowledge)], maxRenderedOptions: 60}),
          hoverTooltip(hovers(knowledge), {hoverTime: 350}),
          keymap.of([
            {key: "Mod-s", preventDefault: true, run: () => { saved(); return true; }},
            ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...completionKeymap, ...lintKeymap,
            indentWithTab,
          ]),
          EditorView.contentAttributes.of({"aria-label": "Flowsheet file", spellcheck: "false"}),
          EditorView.updateListener.of(update => {
            if (update.docChanged && !update.transactions.some(t => t.annotation(answered))) changed();
            if (update.docChanged || update.selectionSet) {
              const head = update.state.selection.main.head;
              const line = update.state.doc.lineAt(head);
              moved(line.number, head - line.from + 1);
            }
          }),
        ],
      }),
    });
  }

  get text() {
    return this.view.state.doc.toString();
  }

  /** Make a change that the server made, and show it. */
  apply({from, to, insert}) {
    this.view.dispatch({
      changes: {from, to, insert},
      selection: {anchor: from, head: from + insert.length},
      effects: EditorView.scrollIntoView(from, {y: "nearest", yMargin: 80}),
      annotations: answered.of(true),
      userEvent: "slide",
    });
  }

  /** Mark what was found; of what stands in another file only the list below the text tells. */
  mark(found) {
    const doc = this.view.state.doc;
    const marks = found.filter(item => item.where && !item.elsewhere).map(item => {
      const line = doc.line(Math.min(Math.max(item.where.line, 1), doc.lines));
      const from = Math.min(line.from + item.where.column - 1, line.to);
      const to = Math.max(from, Math.min(from + item.where.length, line.to));
      return {from, to, severity: item.severity, source: item.code, message: item.help ? `${item.message}\n${item.help}` : item.message};
    });
    this.view.dispatch(setDiagnostics(this.view.state, marks));
  }

  /** Put the cursor at a line and column, and show it. */
  goTo(line, column) {
    const place = this.view.state.doc.line(Math.min(line, this.view.state.doc.lines));
    const at = Math.min(place.from + column - 1, place.to);
    this.view.dispatch({selection: {anchor: at}, effects: EditorView.scrollIntoView(at, {y: "center"})});
    this.view.focus();
  }
}
