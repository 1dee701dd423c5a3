// Before the first paint, so that nothing flashes; a file of its own, since the content security policy allows no inline script.
{
  const wanted = localStorage.getItem('tarsier.theme')
  if (wanted === 'light' || wanted === 'dark') document.documentElement.dataset.theme = wanted
}
