"""The demo district 示范区: invented towns, people, enterprises and three months of work (cli.md `flask demo`)."""

from seeds.demo.district import Built, Order, build

__all__ = ["Built", "Order", "build"]
