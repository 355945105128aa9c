/* The five types of quiz question: how the form is read and filled, and how an answer is graded.
   Used by quiz.js, on the page and in a live notebook. */

const bookkitQuizKinds = (() => {
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const inputs = (item) => all(item.node, ".bk-ask input");
  const steps = (item) => all(item.node, ".bk-steps > li");
  const selects = (item) => all(item.node, ".bk-pairs select");
  const textIn = (node, selector) => node.querySelector(selector).textContent;

  /** Read a number as people write it: "16800", "16 800", "16,800", "16.8", "16,8".
      Give {value}, or {problem} to show. One mark before three digits can mean two things. Where whole
      numbers are asked for, a comma there marks thousands and a dot is unclear; else the reverse. */
  function parseNumber(text, whole = true) {
    const bare = text.trim().replace(/\s+/g, " ").replace(/^[\u2212\u2013]/, "-");
    const [, sign, digits] = bare.match(/^([+-]?) ?(\d[\d.,' \u2019]{0,29})$/) ?? [];
    if (!digits) return { problem: "Write one number in digits, for example 12,500." };
    const value = (plain) => ({ value: Number(sign + plain) });
    const [, before, mark, after] = digits.match(/^([1-9]\d{0,2})([.,])(\d{3})$/) ?? [];
    if (mark === (whole ? "." : ",")) {
      return { problem: `${digits} can be read in two ways. Write ${before}${after} without a mark`
        + `${whole ? "" : `, or ${before}.${after} with a decimal point`}.` };
    }
    if (mark === ".") return value(digits);
    const [, grouped, group, point, rest] =
      digits.match(/^([1-9]\d{0,2}([ .,'\u2019])\d{3}(?:\2\d{3})*)(?:([.,])(\d+))?$/) ?? [];
    if (grouped && group !== point) return value(`${grouped.replace(/\D/g, "")}.${rest ?? 0}`);
    if (/^\d+([.,]\d+)?$/.test(digits)) return value(digits.replace(",", "."));
    return { problem: `The digits of ${digits} are grouped in an odd way. Write them without marks.` };
  }

  /* Each type has
     ask    what to say while nothing is answered
     read   the answer in the form, or null
     fill   set the form to an answer, or (null) to how it was at first
     grade  {correct, said, notes: [[label, name of the feedback]]}, or {problem}
     Steps and choices are counted as they stand on the page. */

  const right = { correct: true, notes: [["", "why"]] };
  const unmarked = { correct: null, notes: [] }; // a page without keys: the student edition

  const one = {
    ask: "Choose an answer first.",
    read(item) {
      const chosen = inputs(item).findIndex((input) => input.checked);
      return chosen < 0 ? null : chosen;
    },
    fill(item, answer) {
      inputs(item).forEach((input, n) => { input.checked = n === answer; });
    },
    grade: ({ key }, answer) =>
      (key ? { correct: key.includes(answer), notes: [["", answer]] } : unmarked),
  };

  const several = {
    ask: "Choose at least one answer first.",
    read(item) {
      const chosen = inputs(item).flatMap((input, n) => (input.checked ? [n] : []));
      return chosen.length ? chosen : null;
    },
    fill(item, answer) {
      inputs(item).forEach((input, n) => { input.checked = Boolean(answer?.includes(n)); });
    },
    grade(item, answer) {
      if (!item.key) return unmarked;
      const hits = answer.filter((n) => item.key.includes(n)).length;
      const wrong = answer.length - hits;
      if (hits === item.key.length && !wrong) return right;
      return {
        correct: false,
        said: `You chose ${hits} of the ${item.key.length} right answers and ${wrong || "no"} `
          + `${wrong === 1 ? "wrong one" : "wrong ones"}.`,
        notes: answer.map((n) => [textIn(inputs(item)[n].parentElement, "span"), n]),
      };
    },
  };

  const number = {
    ask: "Write a number first.",
    read: (item) => inputs(item)[0].value.trim() || null,
    fill(item, answer) {
      inputs(item)[0].value = answer ?? "";
    },
    grade(item, answer) {
      const { key } = item;
      const { value, problem } = parseNumber(answer, "whole" in inputs(item)[0].dataset);
      if (problem) return { problem };
      if (!key) return unmarked;
      const near = (target) => Math.abs(value - target) <= key.tolerance + 1e-9;
      if (near(key.answer)) return right;
      const miss = key.misses.findIndex(near);
      const side = value < key.answer ? "low" : "high";
      return { correct: false, notes: [["", miss >= 0 ? `near-${miss}` : side]] };
    },
  };

  const order = {
    ask: "Move the steps into order first.",
    read: (item) => (item.moved ? steps(item).map((step) => Number(step.dataset.step)) : null),
    fill(item, answer) {
      const list = item.node.querySelector(".bk-steps");
      for (const n of answer ?? item.shuffled) {
        list.appendChild(steps(item).find((step) => step.dataset.step === String(n)));
      }
      item.moved = answer !== null;
      item.node.querySelector(".bk-moved").textContent = "";
      showEnds(item);
    },
    grade(item, answer) {
      const { key } = item;
      if (!key) return unmarked;
      const first = answer.findIndex((step, place) => step !== key[place]);
      if (first < 0) return right;
      const inPlace = answer.filter((step, place) => step === key[place]).length;
      const wrong = steps(item).find((step) => step.dataset.step === String(answer[first]));
      return {
        correct: false,
        said: `${inPlace} of ${answer.length} steps are in place. Look at step ${first + 1}:`,
        notes: [[textIn(wrong, ".bk-step"), answer[first]]],
      };
    },
  };

  const match = {
    ask: "Choose one for each line first.",
    read(item) {
      const chosen = selects(item).map((select) => select.value);
      return chosen.includes("") ? null : chosen.map(Number);
    },
    fill(item, answer) {
      selects(item).forEach((select, n) => { select.value = answer?.[n] ?? ""; });
    },
    grade(item, answer) {
      if (!item.key) return unmarked;
      const wrong = answer.flatMap((choice, line) => (choice === item.key[line] ? [] : [line]));
      if (!wrong.length) return right;
      const labels = all(item.node, ".bk-left").map((left) => left.textContent);
      return {
        correct: false,
        said: `${answer.length - wrong.length} of ${answer.length} lines match. Look again at:`,
        notes: wrong.map((line) => [labels[line], line]),
      };
    },
  };

  /** Say at the first and last step that a button leads nowhere; it stays, and so does the focus. */
  function showEnds(item) {
    for (const step of steps(item)) {
      step.querySelector(".bk-up").ariaDisabled = String(!step.previousElementSibling);
      step.querySelector(".bk-down").ariaDisabled = String(!step.nextElementSibling);
    }
  }

  /** Move the step of a pressed button one place up or down, and say where it is now. */
  function move(item, button) {
    const step = button.closest("li");
    const up = button.matches(".bk-up");
    const other = up ? step.previousElementSibling : step.nextElementSibling;
    // The neighbour moves, not the step itself: a moved element would lose the focus.
    if (other) step[up ? "after" : "before"](other);
    item.moved = true;
    showEnds(item);
    const place = steps(item).indexOf(step) + 1;
    item.node.querySelector(".bk-moved").textContent =
      `${textIn(step, ".bk-step")}: now ${place} of ${steps(item).length}.`;
  }

  return { one, several, number, order, match, move, parseNumber };
})();
