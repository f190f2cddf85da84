import { addToCart, type CartLine } from '@acme/cart';
import { formatMoney } from '@acme/currency';
import { heading } from '@acme/html';
import { placeOrder } from '@acme/orders';
import { search } from '@acme/search';

const nothing: readonly CartLine[] = [];
const cart = search('tea').reduce((lines, product) => addToCart(lines, product, 5), nothing);
const order = placeOrder(cart, new Date());
console.log(heading('order'), order.kind === 'ok' ? formatMoney(order.value.total) : order.reason);
