import { addToCart } from '@acme/cart';
import { catalog } from '@acme/catalog';
import { escapeHtml, heading } from '@acme/html';
import { renderInvoice } from '@acme/invoices';
import { placeOrder } from '@acme/orders';

for (const product of catalog) {
  const order = placeOrder(addToCart([], product, 1), new Date());
  if (order.kind === 'ok') console.log(heading(product.title), escapeHtml(renderInvoice('ada', order.value)));
}
