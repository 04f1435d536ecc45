// Replaces the package powerbi-client in the IIFE, where a script tag has loaded it.
export {};
