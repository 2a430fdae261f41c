// What scripts say stands in the page, in the reader's language.
export const words = JSON.parse(document.querySelector("script[data-words]")?.dataset.words || "{}");
