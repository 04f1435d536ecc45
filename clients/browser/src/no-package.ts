// In place of the package powerbi-client in the IIFE: there a script tag has loaded it.
export {};
