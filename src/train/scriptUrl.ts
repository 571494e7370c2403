/** Where a browser finds a script of these bytes. Scripts of another origin it does not take as workers, these it does. */
export const scriptUrl = (bytes: ArrayBuffer): string => URL.createObjectURL(new Blob([bytes], { type: 'text/javascript' }));
