/** The element of index.html with this id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no element "${id}".`);
  return found;
}

type Attributes = Readonly<Record<string, string>>;

/** A new element. Text is not parsed as HTML. */
export function create(tag: string, attributes: Attributes = {}, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export interface RadioChoice {
  readonly value: string;
  readonly label: readonly (Node | string)[];
}

/** Radio buttons in a fieldset; the first one is selected. */
export function fillRadios(
  fieldset: HTMLElement,
  choices: readonly RadioChoice[],
  onChoose: (value: string) => void,
): void {
  const radios = choices.map(({ value, label }, index) => {
    const input = create('input', { type: 'radio', name: fieldset.id, value, ...(index === 0 ? { checked: '' } : {}) });
    input.addEventListener('change', () => {
      onChoose(value);
    });
    return create('label', {}, input, create('span', {}, ...label));
  });
  fieldset.querySelectorAll('label').forEach((label) => {
    label.remove();
  });
  fieldset.append(...radios);
}
