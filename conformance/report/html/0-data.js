// What the page is of.
const given = JSON.parse(document.getElementById("data").textContent);
