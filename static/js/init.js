// Everything works without this file. With it: the error summary takes the focus, words are counted while they are
// typed, passwords can be shown, and on a phone the navigation folds away.
// The address stands in the page, since only the server knows the hashed name of a built file.
const { initAll } = await import(document.body.dataset.frontend);
initAll();
