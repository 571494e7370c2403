import { type Button, type Checkbox, provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox } from '@vscode/webview-ui-toolkit';
import { el, setAttribute } from './dom';
import { icon, type IconName, setIcon } from './icons';

// The toolkit is archived: this is the only file that knows it, so that its successor takes one file to move to.
provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox());

/** What a button shows at the moment. */
export interface ButtonFace {
  label: string;
  icon: IconName;
  /** Test hook and the command it sends. */
  command: string;
  disabled?: boolean;
  /** Why it is disabled, or what it does. */
  title?: string;
}

export interface UiButton {
  element: HTMLElement;
  show(face: ButtonFace): void;
}

/** A push button with an icon before its label. */
export function button(appearance: 'primary' | 'secondary', onClick: (command: string) => void): UiButton {
  const element = el('vscode-button' as 'button', { appearance }) as unknown as Button;
  const symbol = icon('play');
  symbol.setAttribute('slot', 'start');
  const label = document.createTextNode('');
  element.append(symbol, label);
  element.addEventListener('click', () => {
    if (!element.disabled && element.dataset.command) onClick(element.dataset.command);
  });
  return {
    element,
    show(face) {
      setIcon(symbol, face.icon);
      if (label.data !== face.label) label.data = face.label;
      setAttribute(element, 'data-command', face.command);
      setAttribute(element, 'title', face.title);
      if (element.disabled !== (face.disabled ?? false)) element.disabled = face.disabled ?? false;
    },
  };
}

/** An action that reads as part of the text. */
export function link(label: string, command: string, onClick: () => void): HTMLButtonElement {
  const element = el('button', { type: 'button', class: 'link', 'data-command': command }, label);
  element.addEventListener('click', onClick);
  return element;
}

export interface UiCheckbox {
  element: HTMLElement;
  /** Undefined: enabled; else the reason why not. */
  disable(reason: string | undefined): void;
}

/** A check box with its label. */
export function checkbox(label: string, role: string, checked: boolean, onChange: (checked: boolean) => void): UiCheckbox {
  const element = el('vscode-checkbox' as 'input', { 'data-role': role, checked }, label) as unknown as Checkbox;
  element.addEventListener('change', () => onChange(element.checked));
  return {
    element,
    disable(reason) {
      if (element.disabled !== (reason !== undefined)) element.disabled = reason !== undefined;
      setAttribute(element, 'title', reason);
    },
  };
}
