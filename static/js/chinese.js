/* Chinese words for Select2, moment and the date range picker. */
(function () {
  'use strict';
  const $ = window.jQuery;
  if (window.moment) {
    window.moment.updateLocale('en', {
      months: '1月_2月_3月_4月_5月_6月_7月_8月_9月_10月_11月_12月'.split('_'),
      monthsShort: '1月_2月_3月_4月_5月_6月_7月_8月_9月_10月_11月_12月'.split('_'),
      weekdays: '星期日_星期一_星期二_星期三_星期四_星期五_星期六'.split('_'),
      weekdaysShort: '周日_周一_周二_周三_周四_周五_周六'.split('_'),
      weekdaysMin: '日_一_二_三_四_五_六'.split('_'),
      week: { dow: 1 }
    });
  }
  if (!$) return;
  if ($.fn.select2) {
    $.extend($.fn.select2.defaults, {
      formatNoMatches: () => '没有匹配项',
      formatSearching: () => '查询中…',
      formatLoadMore: () => '正在载入更多…',
      formatAjaxError: () => '没有取到选项，请稍后再试',
      formatInputTooShort: (text, min) => `请再输入 ${min - text.length} 个字`,
      formatInputTooLong: (text, max) => `请删去 ${text.length - max} 个字`,
      formatSelectionTooBig: max => `最多选 ${max} 项`,
      formatMatches: n => `有 ${n} 项可选，用上下键选择`
    });
  }
  // the picker itself is loaded after this file; this handler is registered before Flask-Admin's own, so it runs first
  $(() => {
    const picker = $.fn.daterangepicker;
    if (!picker) return;
    const locale = { applyLabel: '确定', cancelLabel: '取消', fromLabel: '从', toLabel: '到', weekLabel: '周', customRangeLabel: '自定' };
    $.fn.daterangepicker = function (options, done) {
      return picker.call(this, Object.assign({}, options, { locale: Object.assign({}, locale, (options || {}).locale) }), done);
    };
  });
})();
