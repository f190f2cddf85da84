/** Sorts the table of tasks by a column and filters it by text; without it the page shows all the same. */
export const pageScript = `
const body = document.querySelector('#tasks tbody');
const keyOf = (row, column) => {
  const cell = row.cells[column];
  return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value);
};
let sorted = { column: -1, sign: 1 };
for (const button of document.querySelectorAll('#tasks th button')) {
  button.addEventListener('click', () => {
    const column = Number(button.dataset.column);
    const isNumber = [...body.rows].some((row) => row.cells[column].dataset.value !== undefined);
    sorted = { column, sign: sorted.column === column ? -sorted.sign : isNumber ? -1 : 1 };
    const rows = [...body.rows].sort((a, b) => {
      const [x, y] = [keyOf(a, column), keyOf(b, column)];
      return sorted.sign * (x < y ? -1 : x > y ? 1 : 0);
    });
    body.append(...rows);
  });
}
const filter = document.querySelector('#filter');
filter.addEventListener('input', () => {
  const wanted = filter.value.toLowerCase();
  for (const row of body.rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
});
`;
