export {EditorState, Annotation, Transaction} from "@codemirror/state";
export {
  EditorView, keymap, hoverTooltip, lineNumbers, highlightActiveLine, highlightActiveLineGutter, drawSelection,
  highlightSpecialChars, rectangularSelection
} from "@codemirror/view";
export {yaml} from "@codemirror/lang-yaml";
export {autocompletion, completionKeymap, startCompletion, closeBrackets, closeBracketsKeymap} from "@codemirror/autocomplete";
export {setDiagnostics, lintGutter, lintKeymap} from "@codemirror/lint";
export {
  syntaxHighlighting, HighlightStyle, indentOnInput, foldGutter, foldKeymap, indentUnit, bracketMatching
} from "@codemirror/language";
export {defaultKeymap, history, historyKeymap, indentWithTab} from "@codemirror/commands";
export {searchKeymap, search, highlightSelectionMatches} from "@codemirror/search";
export {tags} from "@lezer/highlight";
