/* Forecasts read as people write them, and scored: the same numbers as bookkit.models.brier_score.
   Used by the forecasts, the scorer and My learning. */

const bookkitBrier = (() => {
  const MOST = 1000; // forecasts at once
  const YES = /^(1|1\.0+|yes|y|true)$/i;
  const NO = /^(0|0\.0+|no|n|false)$/i;

  /** Mean squared error of probabilities (0 to 1) against outcomes (1 or 0). */
  const score = (forecasts, outcomes) =>
    forecasts.reduce((sum, forecast, i) => sum + (forecast - outcomes[i]) ** 2, 0)
      / forecasts.length;

  const skill = (mean, reference = 0.25) => 1 - mean / reference;

  const digits = (value) => {
    const text = value.toFixed(3);
    return text === "-0.000" ? "0.000" : text.replace("-", "\u2212");
  };

  /** The score and what it means, in words. */
  function words(mean) {
    const gain = skill(mean);
    const better = Math.abs(gain) < 5e-4 ? "the same as"
      : gain > 0 ? "better than" : "worse than";
    return `Mean Brier score: ${digits(mean)} (0 is best, 1 is worst). Always saying 50\u00a0% `
      + `scores 0.250. Skill: 1 \u2212 ${digits(mean)} / 0.250 = ${digits(gain)}, ${better} always `
      + "saying 50\u00a0%.";
  }

  /** Cut a list into entries. Where a comma may be a decimal mark or a separator, ask. */
  function entries(text) {
    const lines = text.replace(/[\u00a0\u202f]/g, " ").replace(/ +%/g, "%").trim();
    if (!lines) return { list: [] };
    const rough = lines.split(/[;\n\t]+|,(?=\s)|\s+/).map((part) => part.trim().replace(/,$/, ""))
      .filter(Boolean);
    const list = [];
    for (const part of rough) {
      const pieces = part.split(",");
      if (pieces.length === 1 || /^\d{1,3},\d+%?$/.test(part) && !mixed(part, rough)) list.push(part);
      else if (pieces.some((piece) => /[.%]/.test(piece)) || pieces.length > 2
        && pieces.every((piece) => /^(100|[1-9]\d?)$/.test(piece))) list.push(...pieces);
      else {
        return { problem: `\u201c${part}\u201d can be read in two ways. Put a space or a semicolon `
          + "between two forecasts." };
      }
    }
    return { list };
  }

  /** Whether "20,70" may be two whole per cents: then its comma is unclear. */
  const mixed = (part, all) =>
    /^[1-9]\d,\d{2}$/.test(part) || all.some((other) => other !== part && /^\d*\.\d+/.test(other));

  /** Read forecasts: fractions or per cent, in any one way. Give {values} from 0 to 1, or {problem}. */
  function readForecasts(text) {
    const { list, problem } = entries(text);
    if (problem) return { problem };
    if (!list.length) return { problem: "There is no forecast yet. Write at least one." };
    if (list.length > MOST) return { problem: `These are ${list.length} forecasts. Write ${MOST} at most.` };
    const read = list.map((entry) => ({
      entry, sure: entry.endsWith("%"), value: Number(entry.replace("%", "").replace(",", ".")),
    }));
    const bad = read.findIndex(({ entry, value }) =>
      !/^(\d+([.,]\d*)?|[.,]\d+)%?$/.test(entry) || !(value >= 0 && value <= 100));
    if (bad >= 0) {
      return { problem: `Forecast ${bad + 1}, \u201c${list[bad]}\u201d, is no probability. `
        + "Write 0 to 1, or 0 to 100 per cent." };
    }
    const bare = read.filter(({ sure }) => !sure);
    const large = bare.find(({ value }) => value > 1);
    const small = bare.find(({ value }) => value > 0 && value < 1);
    if (large && small) {
      return { problem: `\u201c${large.entry}\u201d looks like per cent and \u201c${small.entry}\u201d `
        + "like a fraction. Write all in one way." };
    }
    const share = ({ sure, value }) => (sure || large ? value / 100 : value);
    return { values: read.map(share) };
  }

  /** Read outcomes: 1 or yes, 0 or no. Give {values}, or {problem} that names the bad entry. */
  function readOutcomes(text) {
    const list = text.trim().split(/[\s,;]+/).filter(Boolean);
    if (!list.length) return { problem: "There is no outcome yet. Write 1 or 0 for each forecast." };
    const bad = list.findIndex((entry) => !YES.test(entry) && !NO.test(entry));
    if (bad >= 0) {
      return { problem: `Outcome ${bad + 1}, \u201c${list[bad]}\u201d, is neither yes nor no. `
        + "Write 1 (it happened) or 0 (it did not)." };
    }
    return { values: list.map((entry) => Number(YES.test(entry))) };
  }

  return { score, skill, words, digits, readForecasts, readOutcomes };
})();
