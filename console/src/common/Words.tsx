import { useTranslation } from "react-i18next";

/** Words of the API in the page's language; a word that this build does not know is shown as it came. */
export function useWords() {
  const { t } = useTranslation();
  const word = (group: string) => (name: string) => t(`${group}.${name}`, { defaultValue: name });
  return {
    t,
    light: word("light"),
    plane: word("plane"),
    hostState: word("hostState"),
    vm: word("vm"),
    fact: word("fact"),
    proof: word("proof"),
    source: word("source"),
    outcome: word("outcome"),
    recovery: word("recovery"),
    phase: word("failover.phase"),
  };
}
