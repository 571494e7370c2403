/**
 * A text with names out of files, as a notification shows it: VS Code would make a link of `[…](command:…)`, and whoever wrote a model file
 * must not put links that run commands under the user's pointer.
 */
export const plainText = (text: string): string => text.replaceAll('](', ']\u200b(');
