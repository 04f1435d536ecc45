// powerbi-embed: shows a Power BI report in a page, with embed tokens of this project's function app.
import { PowerBiEmbedElement } from './power-bi-embed-element.ts';

export type { Access, EmbedOptions, FilterPane, GetAccessToken, TokenRequest, TokenTimes } from './embed-options.ts';
export type { EmbedProblem } from './embed-problem.ts';
export { embed, type Embedding } from './embed.ts';
export { PowerBiEmbedElement };

declare global {
  interface HTMLElementTagNameMap {
    'power-bi-embed': PowerBiEmbedElement;
  }
}

// A server that renders pages has no registry, and a page can load this file twice.
const { customElements } = globalThis as Partial<typeof globalThis>;
if (!customElements?.get('power-bi-embed')) customElements?.define('power-bi-embed', PowerBiEmbedElement);
